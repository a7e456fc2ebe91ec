/// The figures that a report begins with, each with its bootstrap interval.
public struct MetricIntervals: Codable, Hashable, Sendable {
  /// The share of right answers.
  public let accuracy: BootstrapInterval
  /// The mean F1 of the classes.
  public let macroF1: BootstrapInterval
  /// The mean recall of the classes that occur.
  public let balancedAccuracy: BootstrapInterval

  enum CodingKeys: String, CodingKey {
    case accuracy
    case macroF1 = "macro_f1"
    case balancedAccuracy = "balanced_accuracy"
  }
}

extension Predictions {
  /// How much accuracy, macro F1 and balanced accuracy owe to the choice of rows; nil without rows.
  public func intervals(_ bootstrap: Bootstrap) -> MetricIntervals? {
    if labels.isEmpty { return nil }
    let found = bootstrap.intervals(
      labels: labels, predictions: [predictions], classCount: classes.count
    ) { counts in
      [counts[0].accuracy, counts[0].macroF1, counts[0].balancedAccuracy]
    }
    guard let accuracy = found[0], let macroF1 = found[1], let balanced = found[2] else {
      return nil
    }
    return MetricIntervals(accuracy: accuracy, macroF1: macroF1, balancedAccuracy: balanced)
  }
}
