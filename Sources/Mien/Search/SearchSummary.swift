internal import Foundation
internal import TensorCore
public import Training

/// What is known of a search: `tune.json`.
public struct SearchSummary: Encodable, Sendable {
  /// How far a trial has come.
  public enum Status: String, Encodable, Sendable {
    /// It has learnt to the end.
    case finished
    /// Others were better.
    case stopped
    /// It failed.
    case failed
    /// Its turn, or its next one, is still to come.
    case waiting
  }

  /// A trial in its place.
  public struct Row: Encodable, Sendable {
    /// From 1, the best first.
    public let rank: Int
    /// The trial.
    public let trial: Trial
    /// How far it has come.
    public let status: Status

    private enum CodingKeys: String, CodingKey { case rank, status, run }

    /// Writes the trial's keys beside its own.
    public func encode(to encoder: any Encoder) throws {
      try trial.encode(to: encoder)
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(rank, forKey: .rank)
      try values.encode(status, forKey: .status)
      try values.encode(trial.run, forKey: .run)
    }
  }

  /// How the trials were found.
  public let strategy: SearchPlan.Strategy
  /// Draws them, and begins every run.
  public let seed: UInt64
  /// By what they are compared.
  public let metric: SelectionMetric
  /// Whether less of it is better.
  public let lowerIsBetter: Bool
  /// One of so many goes on.
  public let eta: Int
  /// Epochs at which they are compared.
  public let rungs: [Int]
  /// The keys that are searched.
  public let keys: [String]
  /// Whether all is done.
  public let isComplete: Bool
  /// The best trial's number, nil where none has reached a rung without failing later.
  public let best: Int?
  /// Ranked: by value, then those that have none yet, then those that failed.
  public let rows: [Row]

  enum CodingKeys: String, CodingKey {
    case seed, metric, eta, rungs, keys, best
    case strategy = "search"
    case lowerIsBetter = "lower_is_better"
    case isComplete = "complete"
    case rows = "trials"
  }

  init(_ search: HyperparameterSearch) {
    let plan = search.plan
    let measure = search.metric
    (strategy, seed, metric) = (plan.strategy, plan.configuration.seed, measure)
    lowerIsBetter = measure.lowerIsBetter
    (eta, rungs) = (plan.halving.eta, plan.halving.rungs)
    keys = plan.space.dimensions.map(\.key)
    isComplete = search.next == nil
    // No trial has a better value than one that was promoted over it: values never get worse, and a
    // rung's best are those that go on. Equals are ranked as they were promoted.
    let ranked = search.trials.sorted { a, b in
      let (aFailed, bFailed) = (a.failure != nil, b.failure != nil)
      if aFailed != bFailed { return bFailed }
      guard let aValue = a.value, let bValue = b.value else {
        return a.value != nil || b.value != nil ? a.value != nil : a.number < b.number
      }
      if aValue != bValue { return measure.isBetter(aValue, than: bValue) }
      return a.values.count == b.values.count
        ? a.number < b.number : a.values.count > b.values.count
    }
    let participants = plan.halving.rungs.indices.map {
      search.participants(ofRung: $0).map(Set.init)
    }
    rows = ranked.enumerated().map { index, trial in
      Row(
        rank: index + 1, trial: trial,
        status: Self.status(of: trial, participants, rungs: plan.halving.rungs.count))
    }
    best = rows.first { $0.trial.value != nil && $0.status != .failed }?.trial.number
  }

  private static func status(of trial: Trial, _ participants: [Set<Int>?], rungs: Int) -> Status {
    if trial.failure != nil { return .failed }
    let reached = trial.values.count
    if reached == rungs { return .finished }
    guard let next = participants[reached] else { return .waiting }
    return next.contains(trial.number) ? .waiting : .stopped
  }

  /// A table: a row a trial in its rank.
  public var csv: String {
    func cell(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
    let head = [
      "rank", "trial", "status", "epochs", "best_epoch", "accuracy", "macro_f1",
      "balanced_accuracy", "loss",
    ]
    let lines = rows.map { row in
      let trial = row.trial
      return CSVLine.of(
        [
          "\(row.rank)", "\(trial.number)", row.status.rawValue, "\(trial.epochs)",
          trial.bestEpoch.map { "\($0)" } ?? "", cell(trial.accuracy), cell(trial.macroF1),
          cell(trial.balancedAccuracy), cell(trial.loss),
        ] + keys.map { trial.settings[$0]?.words ?? "" } + [trial.run, trial.failure ?? ""])
    }
    return CSVLine.of(head + keys + ["run", "error"]) + lines.joined()
  }
}

extension HyperparameterSearch {
  /// What is known.
  public var summary: SearchSummary { SearchSummary(self) }
}
