internal import TensorCore

/// When a run ends before its last epoch, because it gets no better (Prechelt 1998,
/// DOI 10.1007/3-540-49430-8_3).
public struct EarlyStoppingConfiguration: Codable, Hashable, Sendable {
  /// The epochs without progress after which the run ends; 0 never ends it.
  public var patience = 0
  /// By how much the choosing metric must be better than ever before to count as progress.
  public var minDelta = 0.0

  enum CodingKeys: String, CodingKey {
    case patience
    case minDelta = "min_delta"
  }

  /// The default: never.
  public init() {}

  /// Whether the run ends after these epochs.
  public func isDue(after history: [EpochRecord], by metric: SelectionMetric) -> Bool {
    guard patience > 0 else { return false }
    var (best, idleEpochs) = (Double?.none, 0)
    for value in history.map(metric.value) {
      if best.map({ metric.isBetter(value, than: $0, by: minDelta) }) ?? !value.isNaN {
        (best, idleEpochs) = (value, 0)
      } else {
        idleEpochs += 1
      }
    }
    return idleEpochs >= patience
  }

  /// Throws `SettingError`.
  public func validate() throws {
    guard patience >= 0 else {
      throw SettingError(
        key: "early_stopping.patience", found: "\(patience)", expected: "an integer of at least 0")
    }
    guard minDelta >= 0, minDelta.isFinite else {
      throw SettingError(
        key: "early_stopping.min_delta", found: "\(minDelta)", expected: "a number of at least 0")
    }
  }
}
