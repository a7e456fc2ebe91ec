internal import Foundation

/// How much a sample counts: the nearer to the whole picture, the more.
///
/// π = exp(-d² / width²), where d = 1 - cos(z, 1) is the cosine distance of the mask z from the
/// mask of ones. With k of S parts shown, cos = k / (√k √S) = √(k / S); a picture without any part
/// has distance 1. (Ribeiro et al. 2016, section 3.4. Their program takes the square root of this,
/// which is the same kernel with a width √2 times as large.)
struct LocalityKernel {
  let width: Double

  /// The weight of a sample that shows `shown` of `parts` parts.
  func weight(shown: Int, of parts: Int) -> Double {
    let distance = 1 - (Double(shown) / Double(parts)).squareRoot()
    return exp(-(distance * distance) / (width * width))
  }

  /// The weight of every sample.
  func weights(of masks: Masks) -> [Double] {
    (0..<masks.samples).map { weight(shown: masks.shown(in: $0).count, of: masks.parts) }
  }
}
