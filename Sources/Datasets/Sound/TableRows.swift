public import Foundation
internal import TensorCore

/// The rows of a CSV file as a network of such columns is asked about them: columns are found by name, what
/// else is there is passed over, and no class has to be known.
public struct TableRows: Sendable {
  /// A row.
  public struct Row: Sendable {
    /// Its number in the file, from 0; empty lines do not count.
    public let index: Int
    /// What its column of names says, `filename` or `id`; nil where there is none.
    public let name: String?
    /// Its numbers in the order of the columns asked for, or what is wrong with it.
    public let values: Result<[Float], DatasetError>
  }

  /// In the order of the file.
  public let rows: [Row]

  /// Reads a file. A row whose cells are no numbers is there with its error.
  ///
  /// Throws `FileError`, and `DatasetError.badSource` for a file without a row, or without one of `columns`.
  public init(_ file: URL, columns: [String]) throws {
    let table = try CSVTable(file, expected: "a CSV file of features")
    let places = Dictionary(uniqueKeysWithValues: zip(table.header, 0...))
    let missing = columns.filter { places[$0] == nil }
    guard missing.isEmpty else {
      throw DatasetError.badSource(
        file: file.path,
        problem: "no column \(missing[0])"
          + (missing.count > 1 ? " and \(missing.count - 1) more" : "")
          + " of the \(columns.count) that the network takes",
        remedy: "name the columns in its first line as in the table that it learnt from")
    }
    guard !table.lines.isEmpty else {
      throw DatasetError.badSource(
        file: file.path, problem: "no row below the names of its columns",
        remedy: "give a line of numbers for each row")
    }
    let wanted = columns.compactMap { places[$0] }
    let name = table.column(FeatureTable.names)
    rows = table.lines.indices.map { index in
      let cells = table.cells(index)
      let values = Result { () throws(RowProblem) in
        try FeatureTable.values(cells, wanted, table)
      }
      return Row(
        index: index, name: name.flatMap { cells.indices.contains($0) ? cells[$0] : nil },
        values: values.mapError {
          .badSource(
            file: file.path, problem: "line \(table.lineNumbers[index]): \($0.text)",
            remedy: "mend the line")
        })
    }
  }
}
