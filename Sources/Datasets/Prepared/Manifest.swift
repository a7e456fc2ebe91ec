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
  /// What an example is: `image`, `spectrogram`, `series` or `table`.
  public var kind = Manifest.imageKind
  /// One example's shape: [H, W, 1] of an image, [bands, frames, 1] of a spectrogram, [frames, numbers] of a
  /// series, [columns] of a table.
  public let shape: Shape
  /// NumPy's name for the numbers of the inputs: `uint8` (grey levels) or `float32`.
  public var dtype = "uint8"
  /// The names of the columns of a table.
  public var columns: [String]?
  /// The classes in the order of their indices.
  public let classes: [String]
  /// Counts by split.
  public let splits: [String: Split]
  /// Which rows belong together, a word or number for each row in the order of the shards; null for faces.
  public var groups: JSONValue = .null
  /// What the rows of a group have in common: `speaker`, `artist`.
  public var groupKind: String?
  /// The mean of the training rows by channel; that of grey levels in 0…1.
  public let mean: ChannelValues
  /// Their standard deviation, likewise.
  public let standardDeviation: ChannelValues
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
    public var size: Int?
    /// Whether bad rows were left out.
    public let skipsBadRows: Bool
    /// How many were.
    public let rejectedRows: Int
    /// The seed that drew the splits; null where the source had its own.
    public let splitSeed: UInt64?
    /// What was taken from each image; null is the whole of it.
    public var faces: FaceSearch?
    /// By the name of a split the one whose rows it holds changed copies of; a row and its copies have
    /// the same number of source row.
    public var copies: [String: String]?
    /// How the rows were split; null where the source had its splits, and for drawn images.
    public var split: SplitRecord?
    /// How sounds became rows.
    public var sound: SoundRecord?

    enum CodingKeys: String, CodingKey {
      case size, faces, copies, split, sound
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
    /// [n, …shape] of the manifest's dtype.
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
    case kind, shape, dtype, columns, classes, splits, groups, mean, source, preparation, shards
    case groupKind = "group_kind"
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
    Normalisation(
      mean: mean, standardDeviation: standardDeviation,
      unit: dtype == "uint8" ? Normalisation.greyUnit : 1)
  }

  /// The kind of pictures.
  public static let imageKind = "image"
  /// The kind of sounds as pictures of their frequencies over time.
  public static let spectrogramKind = "spectrogram"
  /// The kind of frames one after another, each of the same numbers.
  public static let seriesKind = "series"
  /// The kind of rows of figures.
  public static let tableKind = "table"

  /// Whether its rows are pictures of one channel.
  public var holdsGrayPictures: Bool {
    kind == Self.imageKind && shape.rank == 3 && shape[2] == 1
  }

  /// The names of the groups in the order of the rows; nil where there are none, or not one for each of
  /// `count` rows.
  func groupNames(count: Int) -> [String]? {
    guard case .array(let names) = groups, names.count == count else { return nil }
    return names.map { name in
      switch name {
      case .string(let text): text
      case .int(let number): "\(number)"
      default: "\(name)"
      }
    }
  }
}
