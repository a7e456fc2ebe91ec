internal import Foundation
internal import TensorCore

extension Augmentation {
  /// A Gaussian blur; each example draws how much.
  public struct Blur: SingleSetting {
    static let key: StaticString = "blur"
    /// The largest standard deviation, in pixels.
    public var deviation: Float = 0

    var setting: Float { deviation }
    init() {}
    init(setting: Float) { deviation = setting }

    var isOff: Bool { deviation == 0 }
    var words: String { "blurred by up to \(deviation) pixels" }

    func validate() throws {
      try expect((0...16).contains(deviation), deviation, "pixels from 0 to 16")
    }
  }

  /// Blur.
  public var blur: Blur {
    get { self[Blur.self] }
    set { self[Blur.self] = newValue }
  }
}

extension Augmentation.Blur: LevelPart {
  func apply(to image: LevelImage, _ random: inout RandomStream) {
    Self.apply(deviation: random.uniform(0, deviation), to: image)
  }

  /// Smooths along both axes, with the Gaussian cut at four deviations and edges reflected.
  static func apply(deviation: Float, to image: LevelImage) {
    // The neighbours of a pixel then weigh less than e^-50.
    guard deviation > 0.1 else { return }
    let weights = kernel(deviation)
    let (height, width, channels) = (image.size.height, image.size.width, image.channels)
    let line = width * channels
    for start in 0..<height * channels {
      let place = image.levels + start / channels * line + start % channels
      smooth(place, weights, places: width, step: channels)
    }
    for start in 0..<line {
      smooth(image.levels + start, weights, places: height, step: line)
    }
  }

  /// The weights of the places from -r to r; they add up to 1.
  static func kernel(_ deviation: Float) -> [Float] {
    let radius = Int((4 * deviation).rounded(.up))
    let weights = (-radius...radius).map {
      exp(-Double($0 * $0) / (2 * Double(deviation) * Double(deviation)))
    }
    let sum = weights.reduce(0, +)
    return weights.map { Float($0 / sum) }
  }

  /// Smooths the `places` levels that lie `step` apart.
  private static func smooth(
    _ levels: UnsafeMutablePointer<Float>, _ weights: [Float], places: Int, step: Int
  ) {
    let radius = weights.count / 2
    withUnsafeTemporaryAllocation(of: Float.self, capacity: places + 2 * radius) { line in
      for i in line.indices {
        line[i] = levels[ImageChange.reflected(i - radius, places) * step]
      }
      for place in 0..<places {
        var sum: Float = 0
        for k in weights.indices { sum += weights[k] * line[place + k] }
        levels[place * step] = sum
      }
    }
  }
}
