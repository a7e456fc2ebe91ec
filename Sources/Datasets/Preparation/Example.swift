internal import TensorCore

/// Something that becomes a row of prepared data, as far as it is known before it is read.
public struct Example: Equatable, Sendable {
  /// Its number in the source, from 0; what cannot be used has numbers, too.
  public let row: Int
  /// What messages and lists call it: a path, or a cell of a table.
  public let name: String
  /// The corpus it is from.
  public let corpus: String
  /// Its class.
  public let className: String
  /// Who is heard, as `ravdess/03`; where that is not known, a name of its own.
  public let group: String
  /// Whether that is known.
  public let groupIsKnown: Bool
  /// What else is known of it.
  public let attributes: [String: String]
}

/// What an example turns out to be when it is read.
struct ExampleContent {
  /// Its row, and those of its changed copies.
  var values: [[Float]]
  /// What is measured of a sound; nil of others.
  var measures: SoundMeasures?
  /// The SHA-256 of its content: equal examples have equal ones.
  var digest: String
}

/// Examples that can be read one by one, in any order and by several threads at once.
protocol ExampleSource: Sendable {
  /// What messages call it.
  var path: String { get }
  /// `spectrogram`, `series` or `table`.
  var kind: String { get }
  /// The shape of a row.
  var shape: Shape { get }
  /// The names of its columns; nil of spectrograms.
  var columns: [String]? { get }
  /// What the examples' classes can be, in the order of their indices.
  var classes: [String] { get }
  /// What the examples of a group have in common.
  var groupKind: String { get }
  /// In the order of their rows.
  var examples: [Example] { get }
  /// Rows that are known to be unusable without being read, in order.
  var unusable: [RejectedRow] { get }
  /// How sounds become rows; nil where there are none.
  var record: SoundRecord? { get }
  /// What else was found on the way, for the report.
  var metadata: MetadataReport? { get }
  /// How long each example is that it cannot measure, in the table's own unit; nil where it can, or it is
  /// not known.
  var lengths: [Double]? { get }
  /// Reads the example at an index with so many changed copies. Throws `RowProblem` where it is no good.
  func content(_ index: Int, copies: Int, random: RandomStream) throws -> ExampleContent
  /// Name, size and SHA-256, once all is read.
  func identity() throws -> SourceIdentity
}
