internal import Foundation
internal import TensorCore

/// A CSV file with a header, as text: quoted cells may hold commas and doubled quotes, not line breaks.
struct CSVTable {
  let file: URL
  /// The names of the columns, without the blanks around them.
  let header: [String]
  /// The lines below, as they are; empty ones are left out.
  let lines: [Substring]
  /// The number of each line in the file, from 1.
  let lineNumbers: [Int]

  /// Reads a file. Throws `FileError`, and `DatasetError.badSource` where it has no header or names a column
  /// twice.
  init(_ file: URL, expected: String) throws {
    func bad(_ problem: String) -> DatasetError {
      .badSource(
        file: file.path, problem: problem,
        remedy: "give a CSV file whose first line names the columns")
    }
    let data = try readFile(file, expected: expected)
    let text = String(
      decoding: data.starts(with: [0xEF, 0xBB, 0xBF]) ? data.dropFirst(3) : data, as: UTF8.self)
    let all = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard let first = all.first, !first.isEmpty else { throw bad("the file is empty") }
    self.file = file
    header = Self.trimmed(CSVLine.cells(of: first))
    let names = header
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw bad("two columns are named \"\(twice)\"")
    }
    let filled = all.indices.dropFirst().filter { !all[$0].allSatisfy(\.isWhitespace) }
    (lines, lineNumbers) = (filled.map { all[$0] }, filled.map { $0 + 1 })
  }

  /// The names of the columns of a file, whose first line is read alone; none where it has no line's end
  /// within 64 KB. Throws `FileError`.
  static func header(of file: URL) throws -> [String] {
    let bytes = try RandomAccessFile(file, expected: "a CSV file")
    let start = try bytes.bytes(in: 0..<min(bytes.byteCount, 1 << 16))
    let text = String(decoding: start, as: UTF8.self)
    let line = text.drop { $0 == "\u{FEFF}" }.prefix { !$0.isNewline }
    return trimmed(CSVLine.cells(of: line))
  }

  /// The cells of a line, without the blanks around them.
  func cells(_ line: Int) -> [String] { Self.trimmed(CSVLine.cells(of: lines[line])) }

  /// The index of the first column with one of these names, in any case; the first name counts most.
  func column(_ names: String...) -> Int? { column(names) }

  /// The same for a list of names.
  func column(_ names: [String]) -> Int? {
    for name in names {
      if let index = header.firstIndex(where: { $0.lowercased() == name }) { return index }
    }
    return nil
  }

  private static func trimmed(_ cells: [String]) -> [String] {
    cells.map { $0.trimmingCharacters(in: .whitespaces) }
  }
}
