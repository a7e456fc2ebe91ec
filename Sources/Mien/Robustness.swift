internal import Datasets
internal import Evaluation
internal import Foundation
internal import Reporting
internal import TensorCore

/// How right a network still is when its pictures get worse: accuracy and macro F1 by the severity of
/// each disturbance, always on the same rows.
///
/// The intervals are Wilson's, for each point alone. As all points are of the same rows, a difference
/// between two of them is surer than their intervals look.
public struct Robustness: Sendable {
  /// On how many rows it is measured.
  public enum Extent: String, CaseIterable, Sendable {
    /// Not at all.
    case none
    /// On `quickCount` rows, every class in proportion.
    case quick
    /// On all rows.
    case full
  }

  /// What is left of the answers at one severity.
  struct Point: Sendable {
    let severity: Double
    let n, correct: Int
    let macroF1: Double

    var accuracy: Double { Double(correct) / Double(n) }
    var interval: ProportionInterval { ProportionInterval(successes: correct, of: n) }
  }

  /// The points of one disturbance, by severity.
  struct Curve: Sendable {
    let disturbance: Disturbance
    let points: [Point]

    /// The pictures as they are.
    var plain: Point? { points.first { $0.severity == 0 } }
  }

  /// So many rows are enough for a look: an interval is then twelve points of a hundred wide at most.
  public static let quickCount = 300

  let curves: [Curve]
  /// The rows that were asked about, and those that were to be reported on.
  let rowCount, totalCount: Int
  /// The share of these rows that has the most frequent label, and that label.
  let baseline: (share: Double, name: String)

  /// Asks about disturbed rows.
  ///
  /// - Parameters:
  ///   - evaluator: the networks and the rows.
  ///   - answers: what they say of every row as it is.
  ///   - extent: all rows or some.
  ///   - random: decides which rows, and what is left to chance in disturbing each.
  ///   - progress: called with the share of the work that is done, in 0...1.
  init(
    _ evaluator: Evaluator, answers: [Int], extent: Extent, random: RandomStream,
    progress: (Double) throws -> Void
  ) throws {
    let dataset = evaluator.dataset
    let limit = extent == .full ? evaluator.rows.count : Self.quickCount
    let rows = dataset.stratifiedSplit(
      evaluator.rows, count: limit, random: random.substream("rows"))
    let asItIs = Dictionary(
      zip(evaluator.rows, answers).map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
    let labels = rows.map { dataset.label($0) }
    let classCount = evaluator.classes.count
    (rowCount, totalCount) = (rows.count, evaluator.rows.count)
    let counts = evaluator.classes.indices.map { index in labels.count { $0 == index } }
    let most = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
    baseline = (Double(counts[most]) / Double(max(1, rows.count)), evaluator.classes[most])

    let side = min(dataset.manifest.shape[0], dataset.manifest.shape[1])
    let plan = Disturbance.allCases.map { ($0, $0.severities(side: side)) }
    let steps = plan.reduce(0) { $0 + $1.1.count { $0 != 0 } }
    var done = 0
    curves = try plan.map { disturbance, severities in
      let points = try severities.map { severity in
        var found = rows.map { asItIs[$0] ?? 0 }
        if severity != 0 {
          found = try Self.answers(
            evaluator, rows, labels, disturbance, severity, random.substream("disturbances")
          ) { try progress((Double(done) + $0) / Double(steps)) }
          done += 1
        }
        let matrix = ConfusionMatrix(
          labels: labels, predictions: found, classCount: classCount)
        return Point(
          severity: severity, n: rows.count,
          correct: zip(labels, found).count { $0 == $1 }, macroF1: matrix.macroF1)
      }
      return Curve(disturbance: disturbance, points: points)
    }
  }

  private static func answers(
    _ evaluator: Evaluator, _ rows: [Int], _ labels: [Int], _ disturbance: Disturbance,
    _ severity: Double, _ random: RandomStream, progress: (Double) throws -> Void
  ) throws -> [Int] {
    var answers: [Int] = []
    for start in stride(from: 0, to: rows.count, by: 128) {
      let range = start..<min(start + 128, rows.count)
      let batch = Array(rows[range])
      let levels = evaluator.dataset.levels(
        of: batch, disturbedBy: disturbance, severity, random: random)
      answers +=
        Predictions(
          classes: evaluator.classes, rows: batch, labels: Array(labels[range]),
          probabilities: evaluator.ensemble.probabilities(ofLevels: levels)
        ).predictions
      try progress(Double(range.upperBound) / Double(rows.count))
    }
    return answers
  }
}

// As a picture, as words and as a table.
extension Robustness {
  var figure: RobustnessFigure {
    RobustnessFigure(
      panels: curves.map { curve in
        RobustnessFigure.Panel(
          title: curve.disturbance.rawValue.capitalized, unit: curve.disturbance.unit,
          points: curve.points.map {
            RobustnessFigure.Point(
              severity: $0.severity, share: $0.accuracy, low: $0.interval.low,
              high: $0.interval.high)
          })
      }, baseline: baseline.share)
  }

  /// Which rows, how many of them are right as they are, and what the dashed line is.
  var words: String {
    let rows =
      rowCount == totalCount
      ? "Measured on all \(totalCount) rows."
      : "Measured on \(rowCount) of the \(totalCount) rows, drawn by the seed, every class in "
        + "proportion; --robustness full asks about all."
    let plain = curves.first?.plain.map {
      " As they are, \(percent($0.accuracy)) of them are right."
    }
    return rows + (plain ?? "")
      + " Always answering \(baseline.name) would be right in \(percent(baseline.share))."
  }

  /// `robustness.csv`: a line a point.
  var csv: String {
    CSVLine.of(["kind", "unit", "severity", "n", "correct", "accuracy", "low", "high", "macro_f1"])
      + curves.flatMap { curve in
        curve.points.map { point in
          CSVLine.of(
            [curve.disturbance.rawValue, curve.disturbance.unit, "\(point.severity)"]
              + ["\(point.n)", "\(point.correct)", "\(point.accuracy)"]
              + ["\(point.interval.low)", "\(point.interval.high)", "\(point.macroF1)"])
        }
      }.joined()
  }

  /// Accuracy and macro F1 as they are and at the worst severity of each kind.
  var table: RunReport.Table {
    RunReport.Table(
      columns: ["disturbance", "least accuracy", "at", "macro F1 there", "lost"],
      rows: curves.compactMap { curve in
        guard let worst = curve.points.min(by: { $0.correct < $1.correct }),
          let plain = curve.plain
        else { return nil }
        return [
          curve.disturbance.rawValue, percent(worst.accuracy),
          "\(shortNumber(worst.severity)) \(curve.disturbance.unit)", percent(worst.macroF1),
          String(format: "%.1f points", 100 * (plain.accuracy - worst.accuracy)),
        ]
      })
  }
}
