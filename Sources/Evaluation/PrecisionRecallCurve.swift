/// Precision and recall of one class against the rest for every threshold of the score. Where a class
/// is rare it shows what a ROC curve hides: how many of those taken for it are not (Davis and Goadrich
/// 2006, DOI 10.1145/1143844.1143874). The points are those of scikit-learn's
/// `precision_recall_curve`.
public struct PrecisionRecallCurve: Hashable, Sendable {
  /// Of the rows whose score is at least the threshold, the share that is of the class; the last is 1,
  /// by definition: beyond all scores nothing is wrong.
  public let precisions: [Double]
  /// Of the class's rows, the share whose score is; falls from 1 to 0.
  public let recalls: [Double]
  /// Scores, rising: one less than there are points, for none belongs to the last.
  public let thresholds: [Float]
  /// Σ (Rₙ − Rₙ₋₁) Pₙ over falling thresholds, the area below the curve as a staircase:
  /// scikit-learn's `average_precision_score`. The class's share of the rows is chance.
  public let averagePrecision: Double
  /// The class's share of all rows: the precision of scores that know nothing.
  public let baseRate: Double

  /// The curve of a ranking; nil where there is no row of the class or no other one.
  public init?(_ ranking: ScoreRanking) {
    let positives = ranking.positives
    guard positives > 0, ranking.negatives > 0 else { return nil }
    var (precisions, recalls) = ([1.0], [0.0])
    var (sum, before) = (0.0, 0)
    for (hits, misses) in zip(ranking.truePositives, ranking.falsePositives) {
      let precision = Double(hits) / Double(hits + misses)
      sum += Double(hits - before) * precision
      before = hits
      precisions.append(precision)
      recalls.append(Double(hits) / Double(positives))
    }
    self.precisions = precisions.reversed()
    self.recalls = recalls.reversed()
    thresholds = ranking.thresholds.reversed()
    averagePrecision = sum / Double(positives)
    baseRate = Double(positives) / Double(positives + ranking.negatives)
  }
}
