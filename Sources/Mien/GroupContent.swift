public import Evaluation
internal import Foundation
internal import Reporting
public import TensorCore

// Results by speaker, artist or corpus in words, as tables and as files.
extension GroupResults {
  /// How far the groups lie apart, in a sentence: `4 speakers: from 62.5 % to 81.7 %, …`.
  public var spread: String {
    "\(Self.counted(groups.count, kind)): accuracy from \(percent(lowest)) to \(percent(highest)), "
      + "mean \(percent(mean))"
      + (standardDeviation.map { ", standard deviation \(percent($0))" } ?? "") + "."
  }

  /// So many groups of a kind: `1 speaker`, `3 corpora`.
  static func counted(_ count: Int, _ kind: String) -> String {
    count != 1 && kind == RowOrigins.corpus ? "\(count) corpora" : Mien.counted(count, kind)
  }

  /// It for a page, of so many rows.
  ///
  /// - Parameters:
  ///   - overall: the share of all rows that are answered rightly.
  ///   - rowCount: how many rows there are, of whom some may be of no known group.
  func content(overall: Double, of rowCount: Int) -> RunReport.Grouping {
    let figure = GroupsFigure(
      title: "Accuracy by \(kind)",
      groups: groups.map {
        GroupsFigure.Group(
          name: $0.name, share: $0.accuracy, low: $0.low, high: $0.high, n: $0.n)
      }, overall: overall)
    let known = groups.reduce(0) { $0 + $1.n }
    let note = [
      spread,
      figure.hiddenCount > 0
        ? "The figure shows the best \(GroupsFigure.endCount) and the worst \(GroupsFigure.endCount), "
          + "the table all." : nil,
      known < rowCount
        ? "\(Mien.counted(rowCount - known, "row")) of which the \(kind) is not known "
          + "\(rowCount - known == 1 ? "is" : "are") left out." : nil,
    ]
    return RunReport.Grouping(
      kind: kind, note: note.compactMap { $0 }.joined(separator: " "), figure: figure, table: table)
  }

  /// A row a group.
  var table: RunReport.Table {
    RunReport.Table(
      columns: [kind, "rows", "accuracy", "95 % interval", "balanced accuracy", "macro F1"],
      rows: groups.map {
        [
          $0.name, "\($0.n)", percent($0.accuracy), "\(percent($0.low)) to \(percent($0.high))",
          percent($0.balancedAccuracy), percent($0.macroF1),
        ]
      })
  }

  /// `groups.csv`: a line a group of each kind.
  static func csv(_ all: [GroupResults]) -> String {
    all.reduce(
      into: CSVLine.of([
        "kind", "name", "n", "correct", "accuracy", "low", "high", "balanced_accuracy", "macro_f1",
      ])
    ) { text, results in
      for group in results.groups {
        text += CSVLine.of(
          [results.kind, group.name, "\(group.n)", "\(group.correct)"]
            + [
              group.accuracy, group.low, group.high, group.balancedAccuracy, group.macroF1,
            ].map { "\($0)" })
      }
    }
  }
}

/// What `mien evaluate --json` and `metrics.json` hold: the measures of all rows, and where rows are of several
/// speakers, artists or corpora those of each.
public struct EvaluationRecord: Encodable, Sendable {
  /// Of all rows.
  public let metrics: ClassificationMetrics
  /// By speaker or artist, by corpus; as far as the data say.
  public let groups: [GroupResults]
  /// What the figures have to be taken with, a sentence each.
  public let warnings: [String]

  private enum CodingKeys: String, CodingKey {
    case warnings
    case perGroup = "per_group"
    case perCorpus = "per_corpus"
  }

  /// The measures, and beside them `per_group`, `per_corpus` and `warnings` where there are any.
  public func encode(to encoder: any Encoder) throws {
    try metrics.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    for results in groups {
      try container.encode(
        results, forKey: results.kind == RowOrigins.corpus ? .perCorpus : .perGroup)
    }
    if !warnings.isEmpty { try container.encode(warnings, forKey: .warnings) }
  }
}

extension Evaluator {
  /// Everything that is measured of the rows' probabilities [N, K]. Throws `EvaluationError`, and what reading
  /// the list of examples throws.
  public func record(_ probabilities: Tensor) throws -> EvaluationRecord {
    let predictions = Predictions(
      classes: classes, rows: sourceRows, labels: labels, probabilities: probabilities)
    return EvaluationRecord(
      metrics: try predictions.metrics(),
      groups: try RowOrigins(dataset, at: data, rows: rows).results(predictions),
      warnings: try warnings)
  }

  /// What is wrong with the sides that rows and their speakers or artists stand on, by what is known of what
  /// the checkpoints learnt from; a sentence each.
  var warnings: [String] {
    get throws {
      let known = checkpointsOfTheseData
      let learnt = try Self.rowsLearnt(by: known, dataset, at: data)
      let all = zip(known, learnt).flatMap { checkpoint, rows in
        ReportProtocol(rows: rows, reported: self.rows, name: "", checkpoint.configuration).warnings
      }
      let copies =
        !learnt.isEmpty && hasQualityReport
        ? rows.count - (try placesWithoutCopies(of: learnt).count) : 0
      let alike =
        copies > 0
        ? [
          "\(copies) of the \(rows.count) rows \(copies == 1 ? "looks" : "look") like one that was learnt from; "
            + "--without-duplicates judges without \(copies == 1 ? "it" : "them")."
        ] : []
      return (all + alike).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
  }
}
