internal import Foundation
internal import Kernels
public import TensorCore

/// What spoils a picture on its way to a network, by a measured amount: for asking how much of it a
/// network bears (Hendrycks and Dietterich, "Benchmarking Neural Network Robustness to Common
/// Corruptions and Perturbations", ICLR 2019, arXiv 1903.12261).
///
/// Augmentation draws how much it changes; here it is given. What is left to chance, the grain of
/// the noise and the place of a patch, depends on the row alone, so a stronger disturbance of a row is
/// the weaker one made stronger, and two networks see the same pictures.
public enum Disturbance: String, CaseIterable, Sendable {
  /// Gaussian noise; its standard deviation in grey levels.
  case noise
  /// A Gaussian blur; its standard deviation in pixels.
  case blur
  /// So many grey levels are added to all; below 0 it gets darker.
  case brightness
  /// A turn about the centre in degrees, anticlockwise.
  case rotation
  /// A patch of the picture's form and mean grey level; the per cent of the picture that it hides.
  case occlusion

  /// What its severities are counted in.
  public var unit: String {
    switch self {
    case .noise: "grey levels (deviation)"
    case .blur: "pixels (deviation)"
    case .brightness: "grey levels added"
    case .rotation: "degrees anticlockwise"
    case .occlusion: "per cent hidden"
    }
  }

  /// The amounts that are tried, in order, with 0 for the picture as it is: from what is hardly seen to
  /// what troubles people, too. Those of a blur grow with the picture.
  ///
  /// - Parameter side: the picture's shorter side in pixels.
  public func severities(side: Int) -> [Double] {
    switch self {
    case .noise: [0, 8, 16, 32, 64]
    case .blur: [0, 0.5, 1, 2, 4].map { $0 * Double(side) / 48 }
    case .brightness: [-100, -50, 0, 50, 100]
    case .rotation: [-40, -20, 0, 20, 40]
    case .occlusion: [0, 5, 10, 20, 40]
    }
  }

  /// Writes the disturbed `pixels` into `image`: whole grey levels in 0...255, as a file would hold
  /// them.
  func apply(
    _ severity: Double, to pixels: UnsafeRawBufferPointer, into image: LevelImage,
    _ random: RandomStream
  ) {
    precondition(pixels.count == image.count, "\(pixels.count) pixels for \(image.size)")
    var random = random
    if self == .rotation, severity != 0 {
      Augmentation.Rotation.turn(byDegrees: severity, image.size).resample(pixels, into: image)
    } else {
      for i in 0..<image.count { image.levels[i] = Float(pixels[i]) }
    }
    switch self {
    case .noise:
      Augmentation.Noise.add(deviation: Float(severity), to: image, &random)
    case .blur:
      Augmentation.Blur.apply(deviation: Float(severity), to: image)
    case .brightness:
      image.mapClipped { $0 + Float(severity) }
    case .occlusion:
      image.fill(Self.patch(hiding: severity, of: image.size, &random), with: image.mean)
    case .rotation:
      break
    }
    image.mapClipped { $0.rounded() }
  }

  /// A rectangle of the picture's form that hides so many per cent of it, anywhere where it fits.
  static func patch(
    hiding percent: Double, of size: ImageSize, _ random: inout RandomStream
  ) -> PixelBox {
    let share = (min(100, max(0, percent)) / 100).squareRoot()
    let height = Int((Double(size.height) * share).rounded())
    let width = Int((Double(size.width) * share).rounded())
    // Numbers in 0...1 and no whole ones: a larger patch lies about where the smaller one did.
    let (down, right) = (Double(random.uniform()), Double(random.uniform()))
    return PixelBox(
      top: Int(down * Double(size.height - height + 1)),
      left: Int(right * Double(size.width - width + 1)), height: height, width: width)
  }
}

extension LevelImage {
  /// Paints a rectangle over.
  fileprivate func fill(_ box: PixelBox, with level: Float) {
    for y in box.top..<box.top + box.height {
      let line = levels + (y * size.width + box.left) * channels
      for i in 0..<box.width * channels { line[i] = level }
    }
  }
}

extension PreparedDataset {
  /// Rows as grey levels, [n, H, W, C], each disturbed by so much.
  ///
  /// - Parameters:
  ///   - rows: rows of the data set.
  ///   - disturbance: what is done to them.
  ///   - severity: how much of it, in its own unit.
  ///   - random: decides what is left to chance, by the row's number in the source.
  public func levels(
    of rows: [Int], disturbedBy disturbance: Disturbance, _ severity: Double,
    random: RandomStream
  ) -> Tensor {
    let (shape, stream) = (manifest.shape, random.substream(key: disturbance.rawValue))
    let size = ImageSize(height: shape[0], width: shape[1])
    return Tensor(uninitialized: shape.prepending(rows.count)) { out in
      parallelFor(rows.count) { place in
        let image = LevelImage(
          size: size, channels: shape[2], levels: out + place * shape.count)
        disturbance.apply(
          severity, to: pixels(of: rows[place]), into: image,
          stream.substream(sourceRow(rows[place])))
      }
    }
  }
}
