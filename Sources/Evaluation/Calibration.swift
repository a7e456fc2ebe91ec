/// The answers of one range of probabilities, for asking whether a network is right as often as it
/// says.
public struct CalibrationBin: Sendable, Hashable {
  /// How many there are, and how many of them are right.
  public private(set) var count = 0, hits = 0
  /// The sum of their probabilities.
  fileprivate(set) var confidence = 0.0

  /// The share that is right; 0 where there are none.
  public var accuracy: Double { Double(hits) / Double(max(1, count)) }
  /// The mean of the probabilities; 0 where there are none.
  public var meanConfidence: Double { confidence / Double(max(1, count)) }
  /// count · |accuracy − mean confidence|.
  fileprivate var gap: Double { abs(Double(hits) - confidence) }

  /// Answers by the probability of the class that was answered: bin b of n holds those in
  /// (b / n, (b + 1) / n], the first one 0 as well.
  ///
  /// - Parameters:
  ///   - confidences: top probabilities in [0, 1].
  ///   - isCorrect: whether each of these answers is right.
  ///   - count: how many bins.
  public static func bins(
    confidences: [Double], isCorrect: [Bool], count: Int = 15
  ) -> [CalibrationBin] {
    precondition(
      confidences.count == isCorrect.count,
      "\(confidences.count) confidences, \(isCorrect.count) predictions")
    var bins = [CalibrationBin](repeating: CalibrationBin(), count: count)
    for (confidence, isRight) in zip(confidences, isCorrect) {
      let index = min(count - 1, max(0, Int((confidence * Double(count)).rounded(.up)) - 1))
      bins[index].count += 1
      bins[index].hits += isRight ? 1 : 0
      bins[index].confidence += confidence
    }
    return bins
  }

  /// The expected calibration error: Σ_b |B_b| / n · |accuracy(B_b) − confidence(B_b)| (Naeini et
  /// al. 2015, DOI 10.1609/aaai.v29i1.9602; Guo et al. 2017, arXiv 1706.04599).
  public static func expectedError(_ bins: [CalibrationBin]) -> Double {
    bins.reduce(0) { $0 + $1.gap } / Double(max(1, bins.reduce(0) { $0 + $1.count }))
  }
}
