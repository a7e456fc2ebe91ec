internal import CVision

/// A square of a picture by its middle and its side, in pixels; it may reach beyond the border.
public struct Square: Sendable, Hashable {
  /// The middle.
  public var center: Point
  /// The length of an edge.
  public var side: Double

  /// A square from its middle and its side.
  public init(center: Point, side: Double) { (self.center, self.side) = (center, side) }

  /// The square around a box: its middle, and the longer of its sides.
  public init(around box: Box) {
    self.init(center: box.center, side: Double(max(box.width, box.height)))
  }

  /// The whole pixels of a picture of that size that it covers, at least one.
  public func box(width: Int, height: Int) -> Box {
    func span(_ middle: Double, _ limit: Int) -> (start: Int, count: Int) {
      let low = Int(max(0, min(Double(limit - 1), (middle - side / 2).rounded())))
      let high = Int(max(Double(low + 1), min(Double(limit), (middle + side / 2).rounded())))
      return (low, high - low)
    }
    let (columns, rows) = (span(center.x, width), span(center.y, height))
    return Box(x: columns.start, y: rows.start, width: columns.count, height: rows.count)
  }

  /// What two squares share as a share of what they cover together, 0...1.
  public func overlap(_ other: Square) -> Double {
    func shared(_ a: Double, _ b: Double) -> Double {
      max(0, min(a + side / 2, b + other.side / 2) - max(a - side / 2, b - other.side / 2))
    }
    let both = shared(center.x, other.center.x) * shared(center.y, other.center.y)
    return both / (side * side + other.side * other.side - both)
  }
}

/// A small square picture that is looked for in others, by the correlation of grey levels: how
/// bright and how rich in contrast they are does not matter.
public struct Patch: Sendable {
  /// Pixels along an edge: enough to tell a face's parts, few enough to be fast.
  public static let side = 32

  private let pixels: [UInt8]

  /// What a square of a picture shows. Throws `ImagingError.cannotDetect`.
  public init(_ image: GrayImage, _ square: Square) throws(ImagingError) {
    var pixels = [UInt8](repeating: 0, count: Self.side * Self.side)
    let (status, message) = withMessage(MIEN_VISION_MESSAGE_SIZE) {
      mien_vision_patch(
        image.pixels, Int32(image.width), Int32(image.height), square.forC, Int32(Self.side),
        &pixels, $0)
    }
    guard status == MIEN_VISION_OK else { throw .cannotDetect(problem: message) }
    self.pixels = pixels
  }

  /// The square of a picture that resembles it most among those up to `reach` of its side away from
  /// `start` and of about its size, and the correlation of the two, -1...1; 0 where one has a single
  /// grey level. Throws `ImagingError.cannotDetect`.
  public func place(
    in image: GrayImage, near start: Square, reach: Double
  ) throws(ImagingError) -> (square: Square, correlation: Double) {
    var (square, correlation) = (start.forC, 0.0)
    let (status, message) = withMessage(MIEN_VISION_MESSAGE_SIZE) {
      mien_vision_follow(
        image.pixels, Int32(image.width), Int32(image.height), pixels, Int32(Self.side), reach,
        &square, &correlation, $0)
    }
    guard status == MIEN_VISION_OK else { throw .cannotDetect(problem: message) }
    return (Square(center: Point(square.x, square.y), side: square.side), correlation)
  }

  /// How much two patches resemble each other, -1...1; 0 where one has a single grey level.
  public func correlation(with other: Patch) -> Double {
    let count = Double(pixels.count)
    let mean = Double(pixels.reduce(0) { $0 + Int($1) }) / count
    let otherMean = Double(other.pixels.reduce(0) { $0 + Int($1) }) / count
    var (both, own, theirs) = (0.0, 0.0, 0.0)
    for (a, b) in zip(pixels, other.pixels) {
      let (a, b) = (Double(a) - mean, Double(b) - otherMean)
      both += a * b
      own += a * a
      theirs += b * b
    }
    return own > 0 && theirs > 0 ? both / (own * theirs).squareRoot() : 0
  }
}

extension Square {
  fileprivate var forC: mien_square { mien_square(x: center.x, y: center.y, side: side) }
}
