internal import Foundation

/// A place in a video.
public struct VideoPosition: Sendable, Hashable {
  /// The frame's number in the file, from 0.
  public let frame: Int
  /// Its time since the start.
  public let seconds: Double

  /// A place from its number and its time.
  public init(frame: Int, seconds: Double) { (self.frame, self.seconds) = (frame, seconds) }

  /// The time for people: `83.4 s`.
  public var spelled: String { String(format: "%.2f s", seconds) }
}
