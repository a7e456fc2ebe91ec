internal import Foundation
internal import TensorCore

extension Augmentation {
  /// Gaussian noise; each example draws how much.
  public struct Noise: SingleSetting {
    static let key: StaticString = "noise"
    /// The largest standard deviation, in grey levels.
    public var deviation: Float = 0

    var setting: Float { deviation }
    init() {}
    init(setting: Float) { deviation = setting }

    var isOff: Bool { deviation == 0 }
    var words: String { "Gaussian noise of up to \(deviation) grey levels" }

    func validate() throws {
      try expect((0...255).contains(deviation), deviation, "grey levels from 0 to 255")
    }
  }

  /// Noise.
  public var noise: Noise {
    get { self[Noise.self] }
    set { self[Noise.self] = newValue }
  }
}

extension Augmentation.Noise: LevelPart {
  func apply(to image: LevelImage, _ random: inout RandomStream) {
    Self.add(deviation: random.uniform(0, deviation), to: image, &random)
  }

  /// Adds noise of that deviation, in grey levels.
  static func add(deviation: Float, to image: LevelImage, _ random: inout RandomStream) {
    // Box and Muller 1958, DOI 10.1214/aoms/1177706645: two numbers at a time, as it gives them.
    for i in stride(from: 0, to: image.count, by: 2) {
      let radius = deviation * (-2 * log(1 - random.uniform())).squareRoot()
      let angle = 2 * Float.pi * random.uniform()
      image.levels[i] += radius * cos(angle)
      if i + 1 < image.count { image.levels[i + 1] += radius * sin(angle) }
    }
    image.mapClipped { $0 }
  }
}
