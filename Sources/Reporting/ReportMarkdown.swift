public import Foundation
internal import TensorCore

/// A report in short, as GitHub reads Markdown: what a reviewer wants to see in a pull request.
public struct ReportMarkdown: Sendable {
  /// What the page says; only a part of it stands here.
  public var content: RunReport.Content
  /// Figures, as files beside it with what they show.
  public var pictures: [(file: String, alternative: String)] = []

  /// The short form of a page.
  public init(_ content: RunReport.Content) { self.content = content }

  /// Writes it. Throws `FileError.cannotWrite`.
  public func write(to file: URL) throws { try writeAtomically(markdown.utf8, to: file) }

  /// So many rows of a table are shown.
  private static let rowLimit = 20

  /// The text.
  public var markdown: String {
    let measures = RunReport.Table(
      columns: ["measure", "value", "interval"],
      rows: content.metrics.map { [$0.name, $0.value, $0.interval ?? ""] })
    return """
      ## \(markdownEscaped(content.title))

      \(markdownEscaped(content.protocolLine)).

      \(Markdown.list((content.notes + [content.subject.label]).map(markdownEscaped)))
      """
        + part("Result", measures) + part("Classes", content.perClass)
        + part("Confused most often", content.confusedPairs, wordColumns: 2)
        + content.groupings.map { part($0.title, $0.table, note: $0.note) }.joined()
        + part("Calibration", content.calibration)
        + part("On worse pictures", content.robustnessTable, note: content.robustnessNote)
        + pictures.map { "\n![\(markdownEscaped($0.alternative))](\(Self.address($0.file)))\n" }
        .joined()
  }

  private func part(
    _ title: String, _ table: RunReport.Table, wordColumns: Int = 1, note: String? = nil
  ) -> String {
    if table.rows.isEmpty { return "" }
    var short = table
    short.rows = Array(table.rows.prefix(Self.rowLimit))
    let rest = table.rows.count - short.rows.count
    return "\n### \(title)\n\n" + (note.map { "\(markdownEscaped($0))\n\n" } ?? "")
      + Markdown.table(short, wordColumns: wordColumns)
      + (rest > 0 ? "\n… and \(rest) more.\n" : "")
  }

  private static func address(_ file: String) -> String {
    file.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed.subtracting(["(", ")"]))
      ?? file
  }
}
