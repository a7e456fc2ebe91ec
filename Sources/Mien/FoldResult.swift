internal import Datasets
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
  /// How many rows of the fold equal or resemble one that was learnt from; nil where `mien prepare` has not
  /// looked.
  public let copies: Int?
  /// The accuracy without them; nil where none are left.
  public let accuracyWithoutCopies: Double?

  enum CodingKeys: String, CodingKey {
    case fold, run, n, accuracy, ece
    case trainedOn = "trained_on"
    case bestEpoch = "best_epoch"
    case macroF1 = "macro_f1"
    case weightedF1 = "weighted_f1"
    case balancedAccuracy = "balanced_accuracy"
    case top2Accuracy = "top2_accuracy"
    case logLoss = "log_loss"
    case copies
    case accuracyWithoutCopies = "accuracy_without_copies"
  }

  init(
    fold: Int, run: String, trainedOn: Int, bestEpoch: Int, _ metrics: ClassificationMetrics,
    withoutCopies: WithoutCopies?
  ) {
    (self.fold, self.run, self.trainedOn, self.bestEpoch) = (fold, run, trainedOn, bestEpoch)
    (n, accuracy, macroF1) = (metrics.n, metrics.accuracy, metrics.macroF1)
    (weightedF1, balancedAccuracy) = (metrics.weightedF1, metrics.balancedAccuracy)
    (top2Accuracy, ece, logLoss) = (metrics.top2Accuracy, metrics.ece, metrics.logLoss)
    (copies, accuracyWithoutCopies) = (withoutCopies?.copies, withoutCopies?.metrics?.accuracy)
  }

  /// The answers to a fold's rows, in the folder of its run.
  static let heldOutFile = "held-out.csv"

  /// Measures a network on the fold that it has not seen, and writes its answers into its folder. Throws as
  /// `Evaluator`.
  init(
    _ fold: Int, of checkpoint: Checkpoint, in folder: URL, _ dataset: PreparedDataset,
    at data: URL,
    _ rows: TrainingRows, bestEpoch: Int
  ) throws {
    let evaluator = try Evaluator([checkpoint], dataset, at: data, rows: rows.heldOut)
    let predictions = Predictions(
      classes: evaluator.classes, rows: evaluator.sourceRows, labels: evaluator.labels,
      probabilities: try evaluator.probabilities())
    try predictions.write(to: folder.appendingPathComponent(Self.heldOutFile))
    self.init(
      fold: fold, run: folder.lastPathComponent, trainedOn: rows.training.count,
      bestEpoch: bestEpoch, try predictions.metrics(),
      withoutCopies: evaluator.hasQualityReport
        ? try evaluator.withoutCopies(of: [rows], predictions.probabilities) : nil)
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
    for (name, value) in FoldResult.measures where !results.isEmpty {
      (means[name], deviations[name]) = results.map(value).meanAndDeviation
    }
    (mean, standardDeviation) = (means, deviations)
  }

  /// How many of the rows examined so far look like one that was learnt from, and what is right without
  /// them; nil where there are none.
  public var copiesInWords: String? {
    let copies = results.reduce(0) { $0 + ($1.copies ?? 0) }
    guard copies > 0 else { return nil }
    let rows = results.reduce(0) { $0 + $1.n }
    let found =
      "\(copies) of \(rows) rows examined \(copies == 1 ? "looks" : "look") like one that was learnt from"
    let others = results.compactMap(\.accuracyWithoutCopies)
    guard others.count == results.count else { return found }
    let (mean, deviation) = others.meanAndDeviation
    return found + "; without \(copies == 1 ? "it" : "them") accuracy is \(percent(mean))"
      + (deviation.map { " (standard deviation \(percent($0)))" } ?? "")
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

extension [Double] {
  /// The mean, and the standard deviation with n − 1 in the denominator; nil for a single number.
  fileprivate var meanAndDeviation: (mean: Double, deviation: Double?) {
    let mean = reduce(0, +) / Double(count)
    guard count > 1 else { return (mean, nil) }
    let squares = reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / Double(count - 1)).squareRoot())
  }
}
