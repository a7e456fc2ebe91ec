public import Imaging
public import TensorCore

/// What prepared data say about themselves: `manifest.json`.
public struct Manifest: Codable, Equatable, Sendable {
  /// The version that this library writes and reads.
  public static let currentVersion = 1
  /// The name of the file.
  public static let fileName = "manifest.json"

  /// The version of this format.
  public var schemaVersion = Manifest.currentVersion
  /// What an example is: `image`.
  public var kind = "image"
  /// One example's shape, [H, W, 1].
  public let shape: Shape
  /// NumPy's name for the numbers of the inputs: `uint8`.
  public var dtype = "uint8"
  /// The classes in the order of their indices.
  public let classes: [String]
  /// Counts by split.
  public let splits: [String: Split]
  /// Which rows belong together (an artist, a speaker); null for faces.
  public var groups: JSONValue = .null
  /// The mean of the training rows' grey levels, in 0…1.
  public let mean: Double
  /// Their standard deviation, in 0…1.
  public let standardDeviation: Double
  /// The split that mean and deviation come from.
  public let statisticsSplit: String
  /// What all was made from.
  public let source: SourceIdentity
  /// How it was made.
  public let preparation: Preparation
  /// The shards in their order.
  public let shards: [Shard]

  /// How many rows a split has.
  public struct Split: Codable, Equatable, Sendable {
    /// All of them.
    public let count: Int
    /// By class.
    public let perClass: [String: Int]

    enum CodingKeys: String, CodingKey {
      case count
      case perClass = "per_class"
    }
  }

  /// The options that decided the bytes.
  public struct Preparation: Codable, Equatable, Sendable {
    /// The side of the images.
    public let size: Int
    /// Whether bad rows were left out.
    public let skipsBadRows: Bool
    /// How many were.
    public let rejectedRows: Int
    /// The seed that drew the splits; null where the source had its own.
    public let splitSeed: UInt64?
    /// What was taken from each image; null is the whole of it.
    public var faces: FaceSearch?

    enum CodingKeys: String, CodingKey {
      case size, faces
      case skipsBadRows = "skip_bad_rows"
      case rejectedRows = "rejected_rows"
      case splitSeed = "split_seed"
    }
  }

  /// Up to 4,096 rows of one split, in three files.
  public struct Shard: Codable, Equatable, Sendable {
    /// The split of all its rows.
    public let split: String
    /// The number of its rows.
    public let count: Int
    /// uint8 [n, H, W, 1].
    public let inputs: File
    /// uint8 [n].
    public let labels: File
    /// int64 [n]: the data rows of the source, from 0.
    public let rows: File
  }

  /// A file of the folder.
  public struct File: Codable, Equatable, Sendable {
    /// Its name.
    public let file: String
    /// Its SHA-256.
    public let sha256: String
  }

  enum CodingKeys: String, CodingKey {
    case kind, shape, dtype, classes, splits, groups, mean, source, preparation, shards
    case schemaVersion = "schema_version"
    case standardDeviation = "standard_deviation"
    case statisticsSplit = "statistics_split"
  }

  /// The names of the splits in the order of the shards.
  public var splitNames: [String] {
    shards.reduce(into: []) { names, shard in
      if names.last != shard.split { names.append(shard.split) }
    }
  }

  /// How its inputs are normalised.
  public var normalisation: Normalisation {
    Normalisation(mean: mean, standardDeviation: standardDeviation)
  }
}
