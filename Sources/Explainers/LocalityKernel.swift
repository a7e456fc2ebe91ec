internal import Foundation

/// How far a picture with hidden parts is from the whole one: the distance of its mask z, k ones
/// among S, from the mask of ones.
public enum MaskDistance: String, CaseIterable, Sendable {
  /// 1 - cos(z, 1) = 1 - k / (√k √S) = 1 - √(k / S), from 0 to 1; 1 for a picture without any part,
  /// where the angle is not defined.
  case cosine
  /// |z - 1| = √(S - k), from 0 to √S.
  case euclidean

  /// The distance of a mask that shows `shown` of `parts` parts.
  func distance(shown: Int, of parts: Int) -> Double {
    switch self {
    case .cosine: 1 - (Double(shown) / Double(parts)).squareRoot()
    case .euclidean: Double(parts - shown).squareRoot()
    }
  }

  /// A width at which pictures with half of their parts count: for the cosine that of the paper's
  /// program for pictures, for the Euclidean distance that of the same program for tables, 0.75 √S,
  /// both in our units (see `LocalityKernel`).
  func usualWidth(parts: Int) -> Double {
    switch self {
    case .cosine: 0.25 * 2.0.squareRoot()
    case .euclidean: 0.75 * (2 * Double(parts)).squareRoot()
    }
  }
}

/// How much a sample counts: the nearer to the whole picture, the more.
///
/// π = exp(-d² / width²), where d is the distance of the sample's mask from the mask of ones
/// (Ribeiro et al. 2016, section 3.4). Their program takes the square root of this, so a width w
/// there is the width √2 w here.
struct LocalityKernel {
  var distance = MaskDistance.cosine
  let width: Double

  /// The weight of a sample that shows `shown` of `parts` parts.
  func weight(shown: Int, of parts: Int) -> Double {
    Self.weight(distance: distance.distance(shown: shown, of: parts), width)
  }

  /// The weight of a sample so far away.
  static func weight(distance: Double, _ width: Double) -> Double {
    let far = distance / width
    return exp(-far * far)
  }

  /// The weight of every sample.
  func weights(of masks: Masks) -> [Double] {
    let byCount = (0...masks.parts).map { weight(shown: $0, of: masks.parts) }
    return (0..<masks.samples).map { byCount[masks.shownCount(in: $0)] }
  }
}
