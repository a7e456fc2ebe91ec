internal import TensorCore

extension Augmentation {
  /// A mirror image: left and right exchanged.
  public struct Flip: SingleSetting {
    static let key: StaticString = "flip"
    /// How often, in 0...1.
    public var probability: Float = 0

    var setting: Float { probability }
    init() {}
    init(setting: Float) { probability = setting }

    var isOff: Bool { probability == 0 }
    var words: String { "mirrored with probability \(probability)" }

    func validate() throws {
      try expect((0...1).contains(probability), probability, "a probability from 0 to 1")
    }
  }

  /// Mirror images.
  public var flip: Flip {
    get { self[Flip.self] }
    set { self[Flip.self] = newValue }
  }
}

extension Augmentation.Flip: GeometricPart {
  /// The example's own stream, of which it takes the first number.
  func stream(of example: RandomStream) -> RandomStream { example }

  func draw(_ size: ImageSize, _ random: inout RandomStream) -> AffineMap {
    guard random.uniform() < probability else { return .identity }
    return AffineMap(xx: -1, x0: Double(size.width - 1))
  }
}
