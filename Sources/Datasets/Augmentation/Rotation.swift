internal import Foundation
internal import TensorCore

extension Augmentation {
  /// A turn about the centre, either way.
  public struct Rotation: SingleSetting {
    static let key: StaticString = "rotation"
    /// The largest turn, in degrees.
    public var degrees: Float = 0

    var setting: Float { degrees }
    init() {}
    init(setting: Float) { degrees = setting }

    var isOff: Bool { degrees == 0 }
    var words: String { "turned by up to \(degrees) degrees" }

    func validate() throws {
      try expect((0...180).contains(degrees), degrees, "degrees from 0 to 180")
    }
  }

  /// Turns.
  public var rotation: Rotation {
    get { self[Rotation.self] }
    set { self[Rotation.self] = newValue }
  }
}

extension Augmentation.Rotation: GeometricPart {
  func draw(_ size: ImageSize, _ random: inout RandomStream) -> AffineMap {
    Self.turn(byDegrees: Double(random.uniform(-degrees, degrees)), size)
  }

  /// Anticlockwise, as one looks at the image.
  static func turn(byDegrees angle: Double, _ size: ImageSize) -> AffineMap {
    let radians = angle * Double.pi / 180
    let (cosine, sine) = (cos(radians), sin(radians))
    return .aboutCentre(of: size, xx: cosine, xy: -sine, yx: sine, yy: cosine)
  }
}
