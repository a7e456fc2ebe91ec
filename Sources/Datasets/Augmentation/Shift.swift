internal import TensorCore

extension Augmentation {
  /// A shift by whole pixels, each way at random, edges reflected. Padding by so many pixels and
  /// cropping to the old size is the same thing.
  public struct Shift: SingleSetting {
    static let key: StaticString = "shift"
    /// The largest shift, in pixels.
    public var pixels = 0

    var setting: Int { pixels }
    init() {}
    init(setting: Int) { pixels = setting }

    var isOff: Bool { pixels == 0 }
    var words: String { "shifted by up to \(pixels) pixels" }

    func validate() throws {
      try expect((0...1024).contains(pixels), pixels, "a whole number of pixels from 0 to 1024")
    }
  }

  /// Shifts.
  public var shift: Shift {
    get { self[Shift.self] }
    set { self[Shift.self] = newValue }
  }
}

extension Augmentation.Shift: GeometricPart {
  /// The example's own stream, after the number that flip takes.
  func stream(of example: RandomStream) -> RandomStream {
    var random = example
    _ = random.uniform()
    return random
  }

  func draw(_ size: ImageSize, _ random: inout RandomStream) -> AffineMap {
    let down = random.integer(below: 2 * pixels + 1) - pixels
    let right = random.integer(below: 2 * pixels + 1) - pixels
    return AffineMap(x0: -Double(right), y0: -Double(down))
  }
}
