public import Foundation
internal import TensorCore

/// What rows of the source are called, and where they are from, as `examples.csv` beside the shards lists
/// them. Empty where there is no such file, as for faces.
public struct ExampleNames: Sendable {
  /// One row.
  public struct Entry: Hashable, Sendable {
    /// A path, or a cell of a table.
    public let name: String
    /// Empty where that is not known.
    public let corpus: String
    /// Who is heard, as `ravdess/03`; empty where that is not known.
    public let group: String
  }

  private let entries: [Int: Entry]

  /// Reads the list in a folder of prepared data. Throws `FileError` for a file that cannot be read and
  /// `DatasetError.badPreparedData` for one without the columns.
  public init(inFolder folder: URL) throws {
    let file = folder.appendingPathComponent(ExampleList.fileName)
    guard FileManager.default.fileExists(atPath: file.path) else {
      entries = [:]
      return
    }
    let text = String(
      decoding: try readFile(file, expected: "the list of prepared examples"), as: UTF8.self)
    let lines = text.split(whereSeparator: \.isNewline).map { CSVLine.cells(of: $0) }
    let header = lines.first ?? []
    let wanted = ["row", "name", "corpus", "group"]
    let columns = wanted.compactMap { header.firstIndex(of: $0) }
    guard columns.count == wanted.count else {
      throw DatasetError.badPreparedData(
        folder: folder.path,
        problem: "\(ExampleList.fileName) has no columns \(wanted.joined(separator: ", "))",
        remedy: "run mien prepare again to make it anew")
    }
    var entries: [Int: Entry] = [:]
    for cells in lines.dropFirst() where cells.count == header.count {
      guard let row = Int(cells[columns[0]]) else { continue }
      entries[row] = Entry(
        name: cells[columns[1]], corpus: cells[columns[2]], group: cells[columns[3]])
    }
    self.entries = entries
  }

  /// What is known of a row of the source.
  public subscript(sourceRow row: Int) -> Entry? { entries[row] }
}

extension PreparedDataset {
  /// The name of the group of every row, as `ravdess/03`; nil where there are no groups, or not one for each
  /// row. A row of whom nothing is known is a group of its own.
  public var groupNames: [String]? { manifest.groupNames(count: count) }
}
