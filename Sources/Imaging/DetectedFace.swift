internal import Foundation

/// An upright rectangle of whole pixels.
public struct Box: Sendable, Hashable, Codable {
  /// Left column and upper row.
  public var x, y: Int
  /// Columns and rows.
  public var width, height: Int

  /// A box from its upper left corner and its size.
  public init(x: Int, y: Int, width: Int, height: Int) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  /// The number of pixels.
  public var area: Int { width * height }
  /// The middle.
  public var center: Point {
    Point(Double(x) + Double(width) / 2, Double(y) + Double(height) / 2)
  }
}

/// A face in a picture; lengths in the picture's pixels, from its upper left corner.
public struct DetectedFace: Sendable, Hashable {
  /// The middles of two eyes, as they stand in the picture.
  public struct Eyes: Sendable, Hashable {
    /// The person's right eye: in an upright face the one further left.
    public var left: Point
    /// The person's left eye.
    public var right: Point

    /// Eyes from their places.
    public init(left: Point, right: Point) { (self.left, self.right) = (left, right) }
  }

  /// Roughly from the brows to the chin, inside of the picture.
  public var box: Box
  /// The eyes, where a plausible pair was found.
  public var eyes: Eyes?

  /// A face from its parts.
  public init(box: Box, eyes: Eyes? = nil) { (self.box, self.eyes) = (box, eyes) }

  /// How far the line through the eyes is turned from level, in radians: positive where the eye on
  /// the right is lower, 0 where no eyes were found.
  public var tilt: Double {
    eyes.map { atan2($0.right.y - $0.left.y, $0.right.x - $0.left.x) } ?? 0
  }
}
