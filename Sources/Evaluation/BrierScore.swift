public import TensorCore

/// How far probabilities are from the truth: (1 / N) Σᵢ Σ_k (p_ik − [k is the truth of i])² (Brier
/// 1950, DOI 10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2). From 0, certain and right, to 2,
/// certain and wrong, also for two classes: scikit-learn's `brier_score_loss` with
/// `scale_by_half=False`.
public enum BrierScore {
  /// The mean over N rows.
  ///
  /// - Parameters:
  ///   - probabilities: [N, K].
  ///   - labels: N indices of the true class; at least one.
  public static func mean(probabilities: Tensor, labels: [Int]) -> Double {
    precondition(
      !labels.isEmpty && probabilities.shape.rank == 2 && probabilities.shape[0] == labels.count,
      "probabilities \(probabilities.shape) for \(labels.count) labels")
    let classCount = probabilities.shape[1]
    return probabilities.read { base in
      var sum = 0.0
      for (row, label) in labels.enumerated() {
        for index in 0..<classCount {
          let distance = Double(base[row * classCount + index]) - (index == label ? 1 : 0)
          sum += distance * distance
        }
      }
      return sum / Double(labels.count)
    }
  }
}
