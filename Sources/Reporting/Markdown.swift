/// Markdown as GitHub reads it, from plain text: what has a meaning there is made harmless.
enum Markdown {
  /// A table; the columns behind the first `wordColumns` are numbers and stand at the right.
  static func table(_ table: RunReport.Table, wordColumns: Int = 1) -> String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
    return line(table.columns.map(markdownEscaped))
      + line(table.columns.indices.map { $0 < wordColumns ? "---" : "---:" })
      + table.rows.map { line($0.map(markdownEscaped)) }.joined()
  }

  /// A list of points, one a line.
  static func list(_ points: [String]) -> String { points.map { "- \($0)\n" }.joined() }
}
