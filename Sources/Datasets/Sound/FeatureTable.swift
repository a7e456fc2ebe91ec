internal import Foundation
internal import TensorCore

/// A CSV of features as in GTZAN's table: a row an example, a column `label` (or `class`, `genre`,
/// `emotion`), perhaps `filename`, `group` (or `artist`, `speaker`) and `corpus`, and a column of numbers a
/// feature. Without a column of groups file names that a corpus knows say who is heard. `length` says how much was measured, not what was heard: it is never trained on.
struct FeatureTable: ExampleSource {
  /// Columns that are no features.
  static let length = "length"
  static let names = ["filename", "file", "path", "id", "track_id"]
  private static let labels = ["label", "class", "genre", "emotion"]
  private static let groups = ["group", "artist", "speaker", "actor"]

  let path: String
  let kind = Manifest.tableKind
  let columns: [String]?
  let classes: [String]
  let groupKind: String
  private(set) var examples: [Example]
  let unusable: [RejectedRow]
  let record: SoundRecord? = nil
  private(set) var metadata: MetadataReport?
  private let file: URL
  /// By example.
  private let values: [[Float]]
  /// The column `length` by example; nil where there is none.
  let lengths: [Double]?

  /// Whether the first line of a file names columns of such a table.
  static func isOne(_ header: [String]) -> Bool {
    let names = Set(header.map { $0.lowercased() })
    return !names.isDisjoint(with: labels) && !names.contains("pixels")
  }

  /// Reads a table. Throws `FileError`, and `DatasetError.badSource` where it has no label or no feature.
  init(_ table: CSVTable) throws {
    func bad(_ problem: String, _ remedy: String) -> DatasetError {
      .badSource(file: table.file.path, problem: problem, remedy: remedy)
    }
    guard let label = table.column(Self.labels) else {
      throw bad("no column label", "name the column of the classes label")
    }
    let (name, group) = (table.column(Self.names), table.column(Self.groups))
    let (corpus, length) = (table.column("corpus"), table.column(Self.length))
    let others = Set([label, name, group, corpus, length].compactMap { $0 })
    let features = table.header.indices.filter { !others.contains($0) }
    guard !features.isEmpty else {
      throw bad("no column of a feature", "a table has a column of numbers for each feature")
    }
    let known = group == nil ? name.flatMap { Self.corpus(table, $0) } : nil
    var (examples, unusable) = ([Example](), [RejectedRow]())
    var (values, lengths) = ([[Float]](), [Double]())
    for row in table.lines.indices {
      let cells = table.cells(row)
      do {
        let own = try Self.values(cells, features, table)
        let className = cells[label]
        guard !className.isEmpty else { throw RowProblem("no label") }
        let text = name.map { cells[$0] } ?? "row \(row)"
        let (isKnown, groupName) = Self.group(cells, group, name, known)
        let ofCorpus = corpus.map { cells[$0] } ?? known?.name ?? "table"
        examples.append(
          Example(
            row: row, name: text, corpus: ofCorpus, className: className,
            group: "\(ofCorpus)/\(groupName ?? text)", groupIsKnown: isKnown, attributes: [:]))
        values.append(own)
        if let length { lengths.append(Double(cells[length]) ?? 0) }
      } catch let problem as RowProblem {
        unusable.append(
          RejectedRow(row: row, reason: problem.text, excerpt: String(table.lines[row].prefix(80))))
      }
    }
    path = table.file.path
    file = table.file
    columns = features.map { table.header[$0] }
    classes = Emotion.classes(of: examples.map(\.className))
    groupKind =
      group.map { table.header[$0].lowercased() } ?? known?.labels.groupKind ?? "piece"
    (self.examples, self.unusable, self.values) = (examples, unusable, values)
    self.lengths = length.map { _ in lengths }
  }

  /// The numbers in these columns of a row. Throws where one is none.
  static func values(
    _ cells: [String], _ features: [Int], _ table: CSVTable
  ) throws(RowProblem) -> [Float] {
    guard cells.count == table.header.count else {
      throw RowProblem("\(cells.count) cells, expected \(table.header.count)")
    }
    var values: [Float] = []
    for column in features {
      guard let value = Float(cells[column]), value.isFinite else {
        throw RowProblem("\(table.header[column]) is \"\(cells[column])\", expected a number")
      }
      values.append(value)
    }
    return values
  }

  /// The corpus that knows the names in a column.
  private static func corpus(_ table: CSVTable, _ name: Int) -> (any SoundCorpus)? {
    CorpusRegistry.corpus(
      of: table.lines.indices.map {
        let cells = table.cells($0)
        return ClipPath(cells.indices.contains(name) ? cells[name] : "")
      })
  }

  /// Whose a row is: what its column says; of several pieces of a sound, `blues.00042.3.wav`, the sound.
  private static func group(
    _ cells: [String], _ group: Int?, _ name: Int?, _ corpus: (any SoundCorpus)?
  ) -> (isKnown: Bool, String?) {
    if let group, !cells[group].isEmpty { return (true, cells[group]) }
    guard let name else { return (false, nil) }
    if let known = try? corpus?.label(of: ClipPath(cells[name])).group { return (true, known) }
    let parts = ClipPath(cells[name]).name.split(separator: ".").map(String.init)
    let isPiece = parts.count == 3 && parts[1].isDigits && parts[2].isDigits
    return (false, isPiece ? parts[..<2].joined(separator: ".") : ClipPath(cells[name]).name)
  }

  /// Adds what a table says of the tracks; see `TrackMetadata.joined`.
  mutating func join(_ table: TrackMetadata, label: String?) throws {
    guard label == nil else {
      throw DatasetError.unsupported(
        file: path, problem: "a table of features has labels of its own",
        remedy: "leave --label out, or change the table's column label")
    }
    let (joined, _, report) = try table.joined(to: examples, label: nil)
    (examples, metadata) = (joined, report)
  }

  var shape: Shape { [columns?.count ?? 0] }

  func content(_ index: Int, copies: Int, random: RandomStream) throws -> ExampleContent {
    precondition(copies == 0, "copies of a table's rows")
    let sum = SHA256()
    values[index].withUnsafeBytes { sum.update($0) }
    return ExampleContent(values: [values[index]], measures: nil, digest: sum.finish())
  }

  func identity() throws -> SourceIdentity {
    let opened = try RandomAccessFile(file, expected: "a CSV file of features")
    return SourceIdentity(
      name: file.lastPathComponent, sha256: try SHA256.hex(of: opened), bytes: opened.byteCount)
  }
}
