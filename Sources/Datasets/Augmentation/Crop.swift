internal import TensorCore

extension Augmentation {
  /// A window of the image, anywhere in it, enlarged to the whole.
  public struct Crop: SingleSetting {
    static let key: StaticString = "crop"
    /// The smallest side of the window as a share of the image's; 1 is off.
    public var smallestSide: Float = 1

    var setting: Float { smallestSide }
    init() {}
    init(setting: Float) { smallestSide = setting }

    var isOff: Bool { smallestSide == 1 }
    var words: String { "cropped to windows of at least \(smallestSide) of the side" }

    func validate() throws {
      try expect(
        (0.1...1).contains(smallestSide), smallestSide, "a share of the side from 0.1 to 1")
    }
  }

  /// Random windows.
  public var crop: Crop {
    get { self[Crop.self] }
    set { self[Crop.self] = newValue }
  }
}

extension Augmentation.Crop: GeometricPart {
  func draw(_ size: ImageSize, _ random: inout RandomStream) -> AffineMap {
    let side = Double(random.uniform(smallestSide, 1))
    /// The window's first pixel centre, for a window that begins anywhere between the edges.
    func start(_ count: Int) -> Double {
      Double(random.uniform()) * (1 - side) * Double(count) + side / 2 - 0.5
    }
    let x0 = start(size.width)
    return AffineMap(xx: side, x0: x0, yy: side, y0: start(size.height))
  }
}
