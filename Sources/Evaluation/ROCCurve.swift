/// The receiver operating characteristic of one class against the rest: which share of its rows is
/// found, and which share of the others is taken for it, for every threshold of the score (Fawcett
/// 2006, DOI 10.1016/j.patrec.2005.10.010). The points are those of scikit-learn's `roc_curve`,
/// the area is that of its `roc_auc_score`.
public struct ROCCurve: Hashable, Sendable {
  /// The share of other rows whose score is at least the threshold, rising from 0 to 1.
  public let falsePositiveRates: [Double]
  /// The share of the class's rows whose score is, rising from 0 to 1.
  public let truePositiveRates: [Double]
  /// Scores, falling; the first is infinity, which no row reaches. A point in the middle between its
  /// two neighbours is left out.
  public let thresholds: [Float]
  /// The area below: the probability that a row of the class has a greater score than another one,
  /// equal scores counting half (Hanley and McNeil 1982, DOI 10.1148/radiology.143.1.7063747). 0.5
  /// is chance.
  public let area: Double

  /// The curve of a ranking; nil where there is no row of the class or no other one, for then one of the
  /// two shares has no meaning.
  public init?(_ ranking: ScoreRanking) {
    let (positives, negatives) = (ranking.positives, ranking.negatives)
    guard positives > 0, negatives > 0 else { return nil }
    let (hits, misses) = (ranking.truePositives, ranking.falsePositives)
    let kept = hits.indices.filter { i in
      i == 0 || i == hits.count - 1
        || hits[i + 1] - hits[i] != hits[i] - hits[i - 1]
        || misses[i + 1] - misses[i] != misses[i] - misses[i - 1]
    }
    falsePositiveRates = [0] + kept.map { Double(misses[$0]) / Double(negatives) }
    truePositiveRates = [0] + kept.map { Double(hits[$0]) / Double(positives) }
    thresholds = [.infinity] + kept.map { ranking.thresholds[$0] }
    // Twice the area of the trapezoids, in whole numbers: n⁺ · n⁻ has room in 64 bits.
    var doubled = 0
    var (hit, miss) = (0, 0)
    for (nextHit, nextMiss) in zip(hits, misses) {
      doubled += (nextMiss - miss) * (nextHit + hit)
      (hit, miss) = (nextHit, nextMiss)
    }
    area = Double(doubled) / 2 / (Double(positives) * Double(negatives))
  }
}
