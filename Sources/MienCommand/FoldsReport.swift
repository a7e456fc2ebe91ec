import Dispatch
import Foundation
import Mien

/// What `mien train --folds` says in the end: `folds.json` and where it is, or a table.
struct FoldsReport: Encodable {
  let run: String
  let summary: FoldSummary

  func encode(to encoder: any Encoder) throws {
    try summary.encode(to: encoder)
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(run, forKey: .run)
  }

  private enum Keys: String, CodingKey { case run }

  /// How speakers or artists are dealt to the folds, and how far their results lie apart.
  static func words(_ summary: FoldSummary) -> [String] {
    let kept = summary.perGroup.map {
      (summary.caution == nil ? "each \($0.kind) stands in one fold alone\n" : "") + $0.spread
    }
    return [
      kept, summary.perCorpus?.spread,
      [summary.caution, summary.copiesInWords].compactMap { $0.map { "warning: \($0)" } }
        .joined(separator: "\n"),
    ].compactMap { $0 }.filter { !$0.isEmpty }
  }

  /// A row a fold, then the mean and the standard deviation.
  static func table(_ summary: FoldSummary) -> Table {
    var table = Table([
      ("fold", .left), ("learnt from", .right), ("examined on", .right), ("best epoch", .right),
      ("accuracy", .right), ("macro F1", .right), ("balanced", .right), ("log loss", .right),
    ])
    func number(_ value: Double?) -> String { value.map { String(format: "%.4f", $0) } ?? "" }
    for result in summary.results {
      table.add([
        "\(result.fold)", "\(result.trainedOn)", "\(result.n)", "\(result.bestEpoch)",
        percent(result.accuracy), percent(result.macroF1), percent(result.balancedAccuracy),
        number(result.logLoss),
      ])
    }
    for (title, values) in [
      ("mean", summary.mean), ("standard deviation", summary.standardDeviation),
    ] where !values.isEmpty {
      table.add(
        [title, "", "", ""]
          + ["accuracy", "macro_f1", "balanced_accuracy"].map { values[$0].map(percent) ?? "" }
          + [number(values["log_loss"])])
    }
    return table
  }
}

/// How long a command has run, and whether that is enough.
struct RunClock {
  private let start = DispatchTime.now().uptimeNanoseconds
  /// What it may take.
  let maxSeconds: Double

  var isOver: Bool {
    Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9 >= maxSeconds
  }
}
