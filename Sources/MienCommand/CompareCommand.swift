import Foundation
import Mien
import Reporting
import TensorCore
import Training

/// `mien compare RUN RUN…`
struct CompareCommand: Subcommand {
  static let runs = Positional<[URL]>("RUN", "the runs' folders, 2 to 18")
  static let out = Option<URL?>(
    "--out", "DIR",
    "also write compare.html, compare.json, curves.png and disagreements.csv there")
  static let noSamples = Flag("--no-samples", "leave all examples out of the page")

  static let declaration = CommandDeclaration(
    name: "compare", summary: "put runs side by side",
    discussion:
      "Shows the settings in which runs differ, what each reached, class by class, whether "
      + "the difference is more than chance (McNemar's test of each run against the first, of "
      + "several with Holm's correction, and bootstrap intervals of 95 %), and with --out their "
      + "curves in one plot and all of it as an HTML page that needs no network, for two runs also "
      + "the faces or recordings on which they differ. Each run's best weights are measured on the rows that chose them; where its data are gone, "
      + "what the run folder holds is shown, and that is said. Runs with different classes, or "
      + "chosen on different rows, are compared with a remark.",
    arguments: [runs, out, noSamples],
    examples: [
      Example("two runs", "mien compare runs/a runs/b"),
      Example(
        "all of them, as a page with curves", "mien compare runs/* --out comparison"),
      Example(
        "without examples", "mien compare runs/a runs/b --out comparison --no-samples"),
      Example("for a script", "mien compare runs/a runs/b --json"),
    ])

  private let folders: [RunFolder]
  private let out: URL?
  private let showsSamples: Bool
  private let seed: UInt64

  init(arguments: ParsedArguments) throws {
    folders = arguments[Self.runs].map { RunFolder($0) }
    out = arguments[Self.out]
    showsSamples = !arguments[Self.noSamples]
    seed = arguments[SharedOptions.seed] ?? 1
  }

  func run(_ console: Console) throws {
    var comparison = try RunComparison(folders)
    let (bar, rows) = (WorkBar("measure", unit: "rows", console), comparison.rowCount)
    defer { bar.finish() }
    try comparison.measure(seed: seed) { try bar.update($0, of: rows) }
    bar.finish()
    let files =
      try out.map {
        try comparison.write(to: $0, samples: showsSamples ? Disagreements.shownCount : 0)
      } ?? []
    try console.report(Summary(comparison: comparison, files: files.map(\.relativePath))) {
      page(comparison, files, console)
    }
  }

  private func page(_ comparison: RunComparison, _ files: [URL], _ console: Console) -> String {
    var parts = [console.styled("settings", .bold)]
    if !comparison.differences.isEmpty {
      parts.append(table(comparison.settings, numbersFrom: nil))
    }
    parts += [
      comparison.settingsLine, console.styled("results", .bold),
      table(comparison.results, numbersFrom: 1),
    ]
    let tests = comparison.testTable
    parts.append(console.styled("tests", .bold))
    if !tests.rows.isEmpty { parts.append(table(tests, numbersFrom: 1)) }
    parts += comparison.verdicts
    let perClass = comparison.perClass
    if !perClass.rows.isEmpty {
      parts += [console.styled("classes", .bold), table(perClass, numbersFrom: 2)]
    }
    parts += comparison.notes
    if let page = files.first { parts.append("look at \(page.relativePath)") }
    return parts.joined(separator: "\n\n")
  }

  /// The longest cell: lists and paths may be long, and the page shows them whole.
  private static let cellWidth = 48

  /// A table for the terminal; columns from `numbersFrom` on are set to the right.
  private func table(_ table: RunReport.Table, numbersFrom first: Int?) -> String {
    var result = Table(
      table.columns.enumerated().map { index, title in
        (cut(title), index >= first ?? .max ? .right : .left)
      })
    for row in table.rows { result.add(row.map(cut)) }
    return "\(result)"
  }

  private func cut(_ text: String) -> String {
    text.count <= Self.cellWidth ? text : String(text.prefix(Self.cellWidth - 1)) + "…"
  }

  /// What `--json` says: the comparison, and the files written.
  private struct Summary: Encodable {
    let comparison: RunComparison
    let files: [String]

    func encode(to encoder: any Encoder) throws {
      try comparison.encode(to: encoder)
      var container = encoder.container(keyedBy: Keys.self)
      try container.encode(files, forKey: .files)
    }

    private enum Keys: String, CodingKey { case files }
  }
}
