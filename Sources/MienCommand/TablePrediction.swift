import Datasets
import Foundation
import Mien
import TensorCore

/// What `mien predict` does with the rows of tables.
struct TablePrediction {
  let paths: [URL]
  let predictor: TablePredictor
  /// Where answers go as a table.
  let csv: URL?

  private static let mostLines = 40

  /// Whether a path is that of a table.
  static func isTable(_ path: URL) -> Bool { path.pathExtension.lowercased() == "csv" }

  /// One answer.
  private struct Row: Encodable {
    let path: String
    let row: Int
    let name: String?
    let probabilities: [Float]?
    let classes: [String]
    let error: String?

    private enum CodingKeys: String, CodingKey {
      case path, row, name, face, box, label, probability, probabilities, error
    }

    /// Every key is there in every row; what does not apply is null.
    func encode(to encoder: any Encoder) throws {
      var object = encoder.container(keyedBy: CodingKeys.self)
      try object.encode(path, forKey: .path)
      try object.encode(row, forKey: .row)
      try object.encode(name, forKey: .name)
      try object.encodeNil(forKey: .face)
      try object.encodeNil(forKey: .box)
      let label = probabilities?.argmax()
      try object.encode(label.map { classes[$0] }, forKey: .label)
      try object.encode(probabilities.flatMap { p in label.map { p[$0] } }, forKey: .probability)
      try object.encode(
        probabilities.map { Dictionary(uniqueKeysWithValues: zip(classes, $0)) },
        forKey: .probabilities)
      try object.encode(error, forKey: .error)
    }

    static func csvHeader(_ classes: [String]) -> String {
      CSVLine.of(
        ["path", "row", "name", "label", "probability"] + classes.map { "p_\($0)" } + ["error"])
    }

    var csvLine: String {
      let answer =
        probabilities.map { p in
          [classes[p.argmax()], "\(p[p.argmax()])"] + p.map { "\($0)" }
        } ?? Array(repeating: "", count: 2 + classes.count)
      return CSVLine.of([path, "\(row)", name ?? ""] + answer + [error ?? ""])
    }

    /// The row for a person.
    var cells: [String] {
      ["\(row)", name ?? ""]
        + (probabilities.map { SoundRow.twoMostProbable($0, classes) } ?? ["error", "", "", ""])
    }
  }

  func run(_ console: Console) throws {
    let tables = try paths.map { ($0, try TableRows($0, columns: predictor.columns)) }
    let rows = tables.flatMap { path, table in
      zip(table.rows, predictor.probabilities(of: table)).map { row, probabilities in
        var problem: String?
        if case .failure(let error) = row.values { problem = "\(error)" }
        return Row(
          path: path.relativePath, row: row.index, name: row.name, probabilities: probabilities,
          classes: predictor.classes, error: problem)
      }
    }
    if let csv {
      let text = Row.csvHeader(predictor.classes) + rows.map(\.csvLine).joined()
      try writeAtomically(text.utf8, to: csv)
    }
    if console.isJSON {
      for row in rows { try console.printJSON(row) }
    } else {
      try console.print(page(rows))
    }
    if rows.allSatisfy({ $0.error != nil }),
      case .failure(let first)? = tables[0].1.rows.first?.values
    {
      throw NothingAnswered(count: rows.count, what: "row", first: first)
    }
  }

  private func page(_ rows: [Row]) -> String {
    var table = Table([
      ("row", .right), ("name", .left), ("shows", .left), ("", .right), ("or", .left), ("", .right),
    ])
    for row in rows.prefix(Self.mostLines) { table.add(row.cells) }
    let more = rows.count - Self.mostLines
    let errors = rows.compactMap(\.error)
    let counts = predictor.classes.indices.compactMap { label -> String? in
      let count = rows.count { $0.probabilities?.argmax() == label }
      return count > 0 ? "\(predictor.classes[label]) \(count)" : nil
    }
    let parts = [
      "\(table)" + (more > 0 ? "\n… and \(counted(more, "row")) more: --csv F.csv has all" : ""),
      errors.map(\.printable).joined(separator: "\n"),
      [
        counted(rows.count - errors.count, "row") + ": " + counts.joined(separator: ", "),
        errors.isEmpty ? nil : counted(errors.count, "row") + " that could not be read",
        csv.map { "rows in \($0.relativePath)" },
      ].compactMap { $0 }.joined(separator: ", "),
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }
}
