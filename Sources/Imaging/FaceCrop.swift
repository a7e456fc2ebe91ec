internal import Foundation

/// Turns a picture into what the networks know from FER-2013: a small grey square that a face fills
/// from the hairline to the chin, its eyes level.
public enum FaceCrop {
  /// The crop's side as a share of the box that the detector finds; measured on FER-2013 itself,
  /// see docs/decisions/0012.
  static let framing = 1.05

  /// The face as `size` x `size` grey levels: a square around the middle of its box, turned so that
  /// its eyes are level. What lies outside of the picture repeats its edge.
  ///
  /// Each new pixel is the mean of n x n points spread evenly over the square that it covers, as
  /// many that they lie at most one old pixel apart; between old pixels interpolation is linear.
  public static func crop(_ image: GrayImage, to face: DetectedFace, size: Int) -> GrayImage {
    let side = framing * Double(max(face.box.width, face.box.height))
    precondition(size > 0 && side > 0, "\(face.box) to \(size) pixels")
    let center = face.box.center
    let points = max(1, Int((side / Double(size)).rounded(.up)))
    let step = side / Double(size * points)
    // From one point to the next along the line of the eyes; the other axis is perpendicular to it.
    let (across, down) = (step * cos(face.tilt), step * sin(face.tilt))
    let half = Double(size * points - 1) / 2
    let share = 1 / Float(points * points)
    let levels = image.pixels.withUnsafeBufferPointer { pixels in
      let sampler = Sampler(pixels: pixels, width: image.width, height: image.height)
      return (0..<size * size).map { index in
        let (row, column) = index.quotientAndRemainder(dividingBy: size)
        var sum: Float = 0
        for v in row * points..<(row + 1) * points {
          for u in column * points..<(column + 1) * points {
            let (x, y) = (Double(u) - half, Double(v) - half)
            sum += sampler.level(
              x: center.x + x * across - y * down, y: center.y + x * down + y * across)
          }
        }
        return UInt8((sum * share).rounded())
      }
    }
    return GrayImage(width: size, height: size, pixels: levels)
  }

  /// The whole picture as `size` x `size` grey levels, for pictures that are a face already. One
  /// that is not square is squeezed.
  public static func whole(_ image: GrayImage, size: Int) -> GrayImage {
    image.resized(width: size, height: size)
  }
}

/// Grey levels between pixels.
private struct Sampler {
  let pixels: UnsafeBufferPointer<UInt8>
  let width, height: Int

  /// The level at a point, 0 to 255. The middle of the first pixel is (0.5, 0.5).
  func level(x: Double, y: Double) -> Float {
    let (left, shareX) = place(x, width)
    let (top, shareY) = place(y, height)
    let (right, bottom) = (min(left + 1, width - 1), min(top + 1, height - 1))
    let upper = mix(pixels[top * width + left], pixels[top * width + right], shareX)
    let lower = mix(pixels[bottom * width + left], pixels[bottom * width + right], shareX)
    return upper + (lower - upper) * shareY
  }

  /// The pixel before a place, and the share of the one after it.
  private func place(_ value: Double, _ count: Int) -> (Int, Float) {
    let inside = min(max(value - 0.5, 0), Double(count - 1))
    let index = Int(inside)
    return (index, Float(inside - Double(index)))
  }

  private func mix(_ first: UInt8, _ second: UInt8, _ share: Float) -> Float {
    Float(first) + (Float(second) - Float(first)) * share
  }
}
