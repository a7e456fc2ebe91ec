public import Imaging

/// One picture of a video.
public struct VideoFrame: Sendable {
  /// Its place.
  public let position: VideoPosition
  /// The picture; nil where it was not wanted, or could not be decoded.
  public let image: RGBImage?
  /// Why it could not be decoded.
  public let problem: String?

  /// A picture at its place, or why there is none.
  public init(position: VideoPosition, image: RGBImage?, problem: String? = nil) {
    (self.position, self.image, self.problem) = (position, image, problem)
  }
}

/// Pictures that come one after another: from a file, a camera, or a program that has its own.
public protocol FrameSource: AnyObject, SendableMetatype {
  /// Whether pictures come whether they are taken or not, as a camera's do; then some may be passed
  /// over, where a file's wait.
  var isLive: Bool { get }

  /// Frames before this time, in seconds, will not be wanted. Is called before the first frame is asked for, if
  /// at all; what need not be passed over one by one is left out.
  func skip(to seconds: Double) throws

  /// The next frame, whose time is not before that of the one before; nil at the end. Where `isWanted`
  /// says no its picture may be nil. Is called on one thread at a time. What it throws ends the
  /// work, after the frames before it are answered.
  func next(isWanted: (VideoPosition) -> Bool) throws -> VideoFrame?
}

extension FrameSource {
  /// Leaves nothing out.
  public func skip(to seconds: Double) {}
}
