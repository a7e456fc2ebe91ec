internal import Foundation
public import TensorCore
internal import Training

/// One combination of settings and what became of it.
public struct Trial: Codable, Hashable, Sendable {
  /// From 1.
  public let number: Int
  /// Its values by the keys that are searched.
  public let settings: [String: JSONValue]
  /// Its best value by `select_by` so far, at each rung it has reached.
  public internal(set) var values: [Double] = []
  /// The epochs behind it at the last rung.
  public internal(set) var epochs = 0
  /// The epoch of the last of `values`, and its figures on the choosing rows.
  public internal(set) var bestEpoch: Int?
  /// See `EpochRecord`.
  public internal(set) var accuracy, macroF1, balancedAccuracy, loss: Double?
  /// Why it ended, where it failed.
  public internal(set) var failure: String?

  enum CodingKeys: String, CodingKey {
    case settings, values, epochs, accuracy, loss
    case number = "trial"
    case bestEpoch = "best_epoch"
    case macroF1 = "macro_f1"
    case balancedAccuracy = "balanced_accuracy"
    case failure = "error"
  }

  init(number: Int, settings: [String: JSONValue]) {
    (self.number, self.settings) = (number, settings)
  }

  /// Its best value, nil where it has reached no rung.
  public var value: Double? { values.last }

  /// The folder of its run, seen from the search's.
  public var run: String { "trials/" + String(format: "%03d", number) }

  /// Takes down a rung: what is known after so many epochs.
  mutating func reach(epochs: Int, of history: [EpochRecord], by metric: SelectionMetric) {
    let past = Array(history.prefix(epochs))
    guard let best = metric.best(of: past) else { return }
    values.append(metric.value(best))
    self.epochs = past.count
    bestEpoch = best.epoch
    (accuracy, macroF1, loss) = (best.selectAccuracy, best.selectMacroF1, best.selectLoss)
    balancedAccuracy = best.selectBalancedAccuracy
  }
}

/// A trial's next piece of work.
public struct TrialStep: Hashable, Sendable {
  /// The trial's number.
  public let trial: Int
  /// The rung it is to reach, from 0.
  public let rung: Int
  /// The rung's epochs.
  public let epochs: Int
}

/// How a piece of work ended.
public enum TrialOutcome: Hashable, Sendable {
  /// The trial has reached its rung.
  case reached
  /// It has failed and is out.
  case failed
  /// It was stopped, and can be taken up again.
  case paused
}
