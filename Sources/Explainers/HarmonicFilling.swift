internal import TensorCore

/// Each part of a picture filled in from the pixels around it: levels inside that are the mean of
/// their neighbours (over sides), those outside the part being given.
///
/// This is the discrete Laplace equation, whose solution is the smoothest surface over the part's
/// border, with no level below or above those around it (the membrane of Pérez et al. 2003, "Poisson
/// image editing", DOI 10.1145/1201775.882269; the inpainting of Bertalmio et al. 2000, DOI
/// 10.1145/344779.344972, without its transport of edges). At the picture's own border a pixel has
/// fewer neighbours, so that the surface is level there. A part is filled from the whole picture
/// whatever other parts are hidden: then there is one filling and not one for each sample.
struct HarmonicFilling {
  /// The picture's levels.
  private let source: [Float]
  private let (width, height, channels): (Int, Int, Int)

  /// Fills the parts of an image [H, W, C].
  static func filling(_ image: Tensor, _ segmentation: Segmentation) -> Tensor {
    let filling = HarmonicFilling(image)
    var members = [[Int]](repeating: [], count: segmentation.count)
    for (pixel, label) in segmentation.labels.enumerated() { members[label].append(pixel) }
    var levels = filling.source
    for pixels in members { filling.fill(pixels, &levels) }
    return Tensor(image.shape, levels)
  }

  private init(_ image: Tensor) {
    source = image.elements
    (height, width, channels) = (image.shape[0], image.shape[1], image.shape[2])
  }

  /// Solves for one part, pixels in reading order, and writes its levels.
  private func fill(_ pixels: [Int], _ levels: inout [Float]) {
    var place = [Int: Int](minimumCapacity: pixels.count)
    for (index, pixel) in pixels.enumerated() { place[pixel] = index }
    // Neighbours inside by their place, those outside by their pixel.
    var (inside, outside) = ([[Int]](), [[Int]]())
    for pixel in pixels {
      let around = neighbours(of: pixel)
      inside.append(around.compactMap { place[$0] })
      outside.append(around.filter { place[$0] == nil })
    }
    // A part that is the whole picture has nothing around it: its mean stands there.
    let hasBorder = outside.contains { !$0.isEmpty }
    for channel in 0..<channels {
      let own = pixels.map { Double(source[$0 * channels + channel]) }
      let mean = own.reduce(0, +) / Double(own.count)
      let filled =
        hasBorder
        ? solve(
          inside, degrees: zip(inside, outside).map { Double($0.count + $1.count) },
          right: outside.map { around in
            around.reduce(0) { $0 + Double(source[$1 * channels + channel]) }
          }, start: mean)
        : own.map { _ in mean }
      for (pixel, level) in zip(pixels, filled) {
        levels[pixel * channels + channel] = Float(level)
      }
    }
  }

  /// Conjugate gradients (Hestenes and Stiefel 1952, DOI 10.6028/jres.049.044) for
  /// degree_i u_i - Σ_j inside u_j = right_i, which is symmetric and, where a part has a border,
  /// positive definite. Ends when the residual is 10⁻¹⁰ of the right side, or after as many steps as
  /// rounding may ask for.
  private func solve(
    _ inside: [[Int]], degrees: [Double], right: [Double], start: Double
  ) -> [Double] {
    func times(_ x: [Double]) -> [Double] {
      x.indices.map { i in inside[i].reduce(degrees[i] * x[i]) { $0 - x[$1] } }
    }
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    var x = [Double](repeating: start, count: right.count)
    var residual = zip(right, times(x)).map { $0 - $1 }
    var direction = residual
    var error = dot(residual, residual)
    let bound = 1e-20 * max(dot(right, right), .leastNormalMagnitude)
    for _ in 0..<10 * right.count where error > bound {
      let image = times(direction)
      let step = error / dot(direction, image)
      for i in x.indices {
        x[i] += step * direction[i]
        residual[i] -= step * image[i]
      }
      let next = dot(residual, residual)
      for i in x.indices { direction[i] = residual[i] + next / error * direction[i] }
      error = next
    }
    return x
  }

  private func neighbours(of pixel: Int) -> [Int] {
    let (y, x) = pixel.quotientAndRemainder(dividingBy: width)
    var found: [Int] = []
    if y > 0 { found.append(pixel - width) }
    if x > 0 { found.append(pixel - 1) }
    if x + 1 < width { found.append(pixel + 1) }
    if y + 1 < height { found.append(pixel + width) }
    return found
  }
}
