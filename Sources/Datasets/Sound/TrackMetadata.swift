internal import Foundation
internal import TensorCore

/// A table that says more of tracks than their names do: a CSV with a column `id` (or `track_id`, `track id`,
/// `filename`) and any others, of which `artist` decides the groups.
struct TrackMetadata {
  private let file: URL
  private let header: [String]
  /// The columns of a track by its id.
  private var rows: [String: [String: String]] = [:]
  private(set) var repeated: [String] = []

  /// Reads the table. Throws `FileError` and `DatasetError.badSource`.
  init(_ file: URL) throws {
    let table = try CSVTable(file, expected: "a CSV file of metadata")
    guard let id = table.column(["id", "track_id", "track id", "trackid", "filename", "file"])
    else {
      throw DatasetError.badSource(
        file: file.path,
        problem: "no column id, its columns are \(table.header.joined(separator: ", "))",
        remedy: "name the column of the tracks' file names id or track_id")
    }
    (self.file, header) = (file, table.header.map { $0.lowercased() })
    for line in table.lines.indices {
      let cells = table.cells(line)
      guard cells.count == header.count else {
        throw DatasetError.badRow(
          file: file.path, line: table.lineNumbers[line],
          problem: "\(cells.count) cells, expected \(header.count)",
          remedy: "mend the line, or remove it")
      }
      let key = Self.key(cells[id])
      if rows[key] != nil {
        repeated.append(key)
        continue
      }
      rows[key] = Dictionary(
        uniqueKeysWithValues: zip(header, cells).enumerated().filter {
          $0.offset != id && !$0.element.1.isEmpty
        }.map(\.element))
    }
  }

  /// Ids and file names meet here: without folders and endings.
  private static func key(_ name: String) -> String { ClipPath(name).name }

  /// The examples with what the table says of them, which goes before what names say: `artist` (or the
  /// column `group`, `speaker`) is the group, and the column `label`, if one is named, the class. Examples that
  /// have no class then are rejected: that of their names is none of the column's.
  ///
  /// Throws `DatasetError.badSource` where no row goes with any example, or there is no such column.
  func joined(
    to examples: [Example], label: String?
  ) throws -> (examples: [Example], rejected: [RejectedRow], report: MetadataReport) {
    if let label, !header.contains(label.lowercased()) {
      throw DatasetError.badSource(
        file: file.path,
        problem: "no column \(label), its columns are \(header.joined(separator: ", "))",
        remedy: "name one of them with --label")
    }
    var (used, without, differing) = (Set<String>(), [String](), [String]())
    var rejected: [RejectedRow] = []
    let joined = examples.compactMap { example -> Example? in
      let key = Self.key(example.name)
      if rows[key] != nil { used.insert(key) }
      if let label, rows[key]?[label.lowercased()] == nil {
        rejected.append(
          RejectedRow(
            row: example.row,
            reason: "\(file.lastPathComponent) says no \(label) of it, which is the class",
            excerpt: example.name))
        return nil
      }
      guard let row = rows[key] else {
        without.append(example.name)
        return example
      }
      if label == nil, let genre = row["genre"],
        genre.lowercased() != example.className.lowercased()
      {
        differing.append(example.name)
      }
      let group = row["artist"] ?? row["speaker"] ?? row["group"]
      return Example(
        row: example.row, name: example.name, corpus: example.corpus,
        className: label.flatMap { row[$0.lowercased()] } ?? example.className,
        group: group.map { "\(example.corpus)/\($0)" } ?? example.group,
        groupIsKnown: group != nil || example.groupIsKnown,
        attributes: example.attributes.merging(row) { $1 })
    }
    guard !used.isEmpty || examples.isEmpty else {
      throw DatasetError.badSource(
        file: file.path,
        problem: "none of its \(rows.count) ids is a file's name, the first is "
          + "\(rows.keys.min() ?? "none"), the first file \(examples[0].name)",
        remedy: "ids are names without folders and endings")
    }
    let report = MetadataReport(
      file: file.lastPathComponent, matched: used.count,
      withoutRow: .init(without),
      withoutExample: .init(rows.keys.filter { !used.contains($0) }.sorted()),
      repeatedIds: .init(repeated), genresDiffer: .init(differing))
    return (joined, rejected, report)
  }
}

/// What came of joining metadata to examples.
public struct MetadataReport: Codable, Equatable, Sendable {
  /// Some names.
  public struct Names: Codable, Equatable, Sendable {
    /// How many there are.
    public let total: Int
    /// The first of them.
    public let names: [String]

    init(_ names: [String]) {
      (total, self.names) = (names.count, Array(names.prefix(QualityReport.listLimit)))
    }
  }

  /// The file's name.
  public let file: String
  /// Ids that are those of examples.
  public let matched: Int
  /// Examples of which the table says nothing, and which keep what their names say.
  public let withoutRow: Names
  /// Ids to which there is no example.
  public let withoutExample: Names
  /// Ids that stand in the table more than once; the first row counts.
  public let repeatedIds: Names
  /// Examples whose column `genre` is another than their class.
  public let genresDiffer: Names

  enum CodingKeys: String, CodingKey {
    case file, matched
    case withoutRow = "without_row"
    case withoutExample = "without_example"
    case repeatedIds = "repeated_ids"
    case genresDiffer = "genres_differ"
  }
}
