public import Evaluation
internal import Foundation

/// What the network that learnt from the other folds is worth on a fold.
public struct FoldResult: Codable, Hashable, Sendable {
  /// From 1.
  public let fold: Int
  /// The folder of its run, seen from the cross-validation's.
  public let run: String
  /// The rows it learnt from.
  public let trainedOn: Int
  /// The rows of the fold.
  public let n: Int
  /// The epoch whose weights are measured.
  public let bestEpoch: Int
  /// See `ClassificationMetrics`.
  public let accuracy, macroF1, weightedF1, balancedAccuracy, top2Accuracy, ece, logLoss: Double

  enum CodingKeys: String, CodingKey {
    case fold, run, n, accuracy, ece
    case trainedOn = "trained_on"
    case bestEpoch = "best_epoch"
    case macroF1 = "macro_f1"
    case weightedF1 = "weighted_f1"
    case balancedAccuracy = "balanced_accuracy"
    case top2Accuracy = "top2_accuracy"
    case logLoss = "log_loss"
  }

  init(
    fold: Int, run: String, trainedOn: Int, bestEpoch: Int, _ metrics: ClassificationMetrics
  ) {
    (self.fold, self.run, self.trainedOn, self.bestEpoch) = (fold, run, trainedOn, bestEpoch)
    (n, accuracy, macroF1) = (metrics.n, metrics.accuracy, metrics.macroF1)
    (weightedF1, balancedAccuracy) = (metrics.weightedF1, metrics.balancedAccuracy)
    (top2Accuracy, ece, logLoss) = (metrics.top2Accuracy, metrics.ece, metrics.logLoss)
  }

  /// The measures by their names in files, in the order of tables.
  static let measures: [(name: String, value: @Sendable (FoldResult) -> Double)] = [
    ("accuracy", { $0.accuracy }), ("macro_f1", { $0.macroF1 }),
    ("weighted_f1", { $0.weightedF1 }), ("balanced_accuracy", { $0.balancedAccuracy }),
    ("top2_accuracy", { $0.top2Accuracy }), ("ece", { $0.ece }), ("log_loss", { $0.logLoss }),
  ]
}

/// All folds together: `folds.json`.
public struct FoldSummary: Codable, Hashable, Sendable {
  /// How many folds there are.
  public let folds: Int
  /// The run's seed, which dealt them.
  public let seed: UInt64
  /// Whether each has its result.
  public let complete: Bool
  /// Those that are done.
  public let results: [FoldResult]
  /// The mean of each measure over the results, by its name.
  public let mean: [String: Double]
  /// Its standard deviation with n − 1 in the denominator; empty for fewer than two results.
  public let standardDeviation: [String: Double]
  /// All rows examined so far together, each answered by the network that has not seen its fold: by speaker
  /// or artist, by corpus; nil where there are no such.
  public let perGroup, perCorpus: GroupResults?
  /// What the figures have to be taken with; nil where nothing is wrong with the folds.
  public let caution: String?

  enum CodingKeys: String, CodingKey {
    case folds, seed, complete, results, mean, caution
    case standardDeviation = "standard_deviation"
    case perGroup = "per_group"
    case perCorpus = "per_corpus"
  }

  init(
    folds: Int, seed: UInt64, results: [FoldResult], groups: [GroupResults] = [],
    caution: String? = nil
  ) {
    (self.folds, self.seed, self.results) = (folds, seed, results)
    perGroup = groups.first { $0.kind != RowOrigins.corpus }
    perCorpus = groups.first { $0.kind == RowOrigins.corpus }
    self.caution = caution
    complete = results.count == folds
    var (means, deviations) = ([String: Double](), [String: Double]())
    let count = Double(results.count)
    for (name, value) in FoldResult.measures where !results.isEmpty {
      let values = results.map(value)
      let mean = values.reduce(0, +) / count
      means[name] = mean
      if results.count > 1 {
        deviations[name] =
          (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)).squareRoot()
      }
    }
    (mean, standardDeviation) = (means, deviations)
  }

  /// A table: a row a fold, then the mean and the standard deviation.
  var csv: String {
    let names = FoldResult.measures.map(\.name)
    var lines = [["fold", "trained_on", "n", "best_epoch"] + names]
    for result in results {
      lines.append(
        ["\(result.fold)", "\(result.trainedOn)", "\(result.n)", "\(result.bestEpoch)"]
          + FoldResult.measures.map { "\($0.value(result))" })
    }
    for (title, values) in [("mean", mean), ("standard_deviation", standardDeviation)] {
      lines.append([title, "", "", ""] + names.map { values[$0].map { "\($0)" } ?? "" })
    }
    return lines.map { $0.joined(separator: ",") + "\n" }.joined()
  }
}
