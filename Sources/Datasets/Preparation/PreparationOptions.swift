public import Imaging

/// What decides the prepared data, beside the source.
public struct PreparationOptions: Sendable {
  /// The side of the square images that are made.
  public var size = 48
  /// Draws the splits where the source has none.
  public var seed: UInt64 = 1
  /// Into how many pieces a source is cut; nil leaves it to its size. Never changes the result.
  public var partitions: Int?
  /// Whether bad rows are left out, rather than the first one being an error.
  public var skipsBadRows = false

  /// What is taken from each image of a folder: all of it, or its largest face; a CSV knows only
  /// `whole`.
  public var faces = FaceSearch.whole

  /// The defaults.
  public init() {}
}

/// How far a preparation is.
public struct PreparationProgress: Sendable {
  /// What is being done.
  public enum Stage: String, Sendable {
    case reading, writing, comparing
  }
  /// What is being done.
  public let stage: Stage
  /// Steps done since the last report of this stage.
  public let steps: Int
  /// Steps of this stage in all: bytes of a file or images of a folder, shards, images.
  public let total: Int
}

/// Called from any thread as work goes on; what it throws ends the work.
public typealias PreparationObserver = @Sendable (PreparationProgress) throws -> Void

/// What prepared data were made from.
public struct SourceIdentity: Codable, Equatable, Sendable {
  /// The name of the file or folder, without its path.
  public let name: String
  /// The SHA-256 of the file; of a folder, that of the list of its images' sums.
  public let sha256: String
  /// The size of the file, or of all images together.
  public let bytes: Int
}

extension FaceSearch {
  /// What files say about it: nothing where the whole image was taken, as always before.
  var recorded: FaceSearch? { self == .whole ? nil : self }
}
