internal import TensorCore

extension Augmentation {
  /// Grey levels drawn away from their mean or towards it.
  public struct Contrast: SingleSetting {
    static let key: StaticString = "contrast"
    /// How far the factor lies from 1 at most, in 0...1.
    public var amount: Float = 0

    var setting: Float { amount }
    init() {}
    init(setting: Float) { amount = setting }

    var isOff: Bool { amount == 0 }
    var words: String { "contrast changed by up to \(amount)" }

    func validate() throws {
      try expect((0...1).contains(amount), amount, "a number from 0 to 1")
    }
  }

  /// Changes of contrast.
  public var contrast: Contrast {
    get { self[Contrast.self] }
    set { self[Contrast.self] = newValue }
  }
}

extension Augmentation.Contrast: LevelPart {
  func apply(to image: LevelImage, _ random: inout RandomStream) {
    let (factor, mean) = (random.uniform(1 - amount, 1 + amount), image.mean)
    image.mapClipped { mean + ($0 - mean) * factor }
  }
}
