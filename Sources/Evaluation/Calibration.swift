/// Expected calibration error: Σ_b |B_b| / n · |accuracy(B_b) − confidence(B_b)| over equal-width
/// bins B_b = (b / bins, (b + 1) / bins] of the top probability (Naeini et al. 2015,
/// DOI 10.1609/aaai.v29i1.9602; Guo et al. 2017, arXiv 1706.04599).
///
/// - Parameters:
///   - confidences: n top probabilities in [0, 1].
///   - isCorrect: whether each of the n predictions is right.
public func expectedCalibrationError(
  confidences: [Double], isCorrect: [Bool], bins: Int = 15
) -> Double {
  precondition(
    confidences.count == isCorrect.count,
    "\(confidences.count) confidences, \(isCorrect.count) predictions")
  // |B|/n · |hits/|B| − Σ confidence/|B|| = |hits − Σ confidence| / n.
  var gaps = [Double](repeating: 0, count: bins)
  for (confidence, correct) in zip(confidences, isCorrect) {
    let bin = min(bins - 1, max(0, Int((confidence * Double(bins)).rounded(.up)) - 1))
    gaps[bin] += (correct ? 1 : 0) - confidence
  }
  return gaps.reduce(0) { $0 + abs($1) } / Double(max(1, confidences.count))
}
