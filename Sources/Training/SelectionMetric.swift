public import TensorCore

/// What makes one epoch better than another on the choosing split.
public enum SelectionMetric: String, Choice {
  /// The share of right answers.
  case accuracy
  /// The mean F1 of the classes.
  case macroF1 = "macro_f1"
  /// The mean recall of the classes.
  case balancedAccuracy = "balanced_accuracy"
  /// The mean cross-entropy; here less is better.
  case loss
  /// The later one: the last epoch is the best. For where so few rows choose that they cannot tell epochs
  /// apart, and the best of many is a matter of luck.
  case epoch

  /// Whether less is better.
  public var lowerIsBetter: Bool { self == .loss }

  /// An epoch's value, NaN where it was not measured.
  public func value(_ record: EpochRecord) -> Double {
    switch self {
    case .accuracy: record.selectAccuracy
    case .macroF1: record.selectMacroF1
    case .balancedAccuracy: record.selectBalancedAccuracy ?? .nan
    case .loss: record.selectLoss
    case .epoch: Double(record.epoch)
    }
  }

  /// Whether a value is better than another by more than `margin`.
  public func isBetter(_ value: Double, than other: Double, by margin: Double = 0) -> Bool {
    lowerIsBetter ? value < other - margin : value > other + margin
  }

  /// The best epoch; of equals the first.
  public func best(of history: [EpochRecord]) -> EpochRecord? {
    history.reduce(nil) { best, record in
      guard let best else { return record }
      return isBetter(value(record), than: value(best)) ? record : best
    }
  }
}
