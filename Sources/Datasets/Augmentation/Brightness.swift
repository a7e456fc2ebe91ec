internal import TensorCore

extension Augmentation {
  /// A number added to all grey levels.
  public struct Brightness: SingleSetting {
    static let key: StaticString = "brightness"
    /// The most that is added or taken away, in grey levels.
    public var levels: Float = 0

    var setting: Float { levels }
    init() {}
    init(setting: Float) { levels = setting }

    var isOff: Bool { levels == 0 }
    var words: String { "brighter or darker by up to \(levels) grey levels" }

    func validate() throws {
      try expect((0...255).contains(levels), levels, "grey levels from 0 to 255")
    }
  }

  /// Changes of brightness.
  public var brightness: Brightness {
    get { self[Brightness.self] }
    set { self[Brightness.self] = newValue }
  }
}

extension Augmentation.Brightness: LevelPart {
  func apply(to image: LevelImage, _ random: inout RandomStream) {
    let added = random.uniform(-levels, levels)
    image.mapClipped { $0 + added }
  }
}
