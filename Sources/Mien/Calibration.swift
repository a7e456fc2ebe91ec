internal import Datasets
internal import Evaluation
public import Foundation
internal import NeuralNetwork
internal import TensorCore

/// A checkpoint's temperature, fitted on rows that it has not learnt from (`CalibrationTemperature`),
/// and what it changed. Accuracy is the same before and after.
public struct Calibration: Encodable, Sendable {
  /// What probabilities are worth, apart from which is the largest.
  public struct Measures: Codable, Hashable, Sendable {
    /// The mean −ln p(truth), in nats.
    public let logLoss: Double
    /// The expected calibration error in 15 bins.
    public let ece: Double

    enum CodingKeys: String, CodingKey {
      case ece
      case logLoss = "log_loss"
    }

    init(_ metrics: ClassificationMetrics) { (logLoss, ece) = (metrics.logLoss, metrics.ece) }
  }

  /// The weights whose probabilities it is for.
  public let checkpoint: String
  /// What logits are divided by.
  public let temperature: Double
  /// Whether that is an end of what is searched: the network answers everything rightly, or knows
  /// nothing.
  public let isAtBound: Bool
  /// The rows it was fitted on, in words, and how many they are.
  public let rows: String
  /// See `rows`.
  public let n: Int
  /// The share of these rows that is right.
  public let accuracy: Double
  /// At temperature 1.
  public let before: Measures
  /// At the fitted temperature.
  public let after: Measures

  enum CodingKeys: String, CodingKey {
    case checkpoint, temperature, rows, n, accuracy, before, after
    case isAtBound = "at_bound"
  }

  /// Fits the temperature on a split of prepared data, or, where none is named, on the rows that
  /// chose the run's best epoch; writes nothing.
  ///
  /// Throws `RunError.badSplit` for rows that are kept for the examination or were learnt from, and
  /// what loading the checkpoint and judging rows throws.
  ///
  /// - Parameters:
  ///   - checkpoint: whose temperature is fitted.
  ///   - data: nil for the data that the checkpoint was trained on.
  ///   - split: the rows to fit on; nil for those that chose the best epoch.
  ///   - batchSize: examples at a time.
  ///   - progress: called with the share of the rows that is judged, in 0...1.
  public init(
    of checkpoint: Checkpoint, data: URL? = nil, split: String? = nil, batchSize: Int = 128,
    progress: (Double) throws -> Void = { _ in }
  ) throws {
    let (path, configuration) = (checkpoint.weights.path, checkpoint.configuration)
    guard Checkpoint.isOwn(checkpoint.weights) else {
      throw RunError.unsuited(
        checkpoint: path, problem: "its folder stands for other weights, whose temperature is kept",
        remedy: "calibrate the folder, or move this file and config.json to one of their own")
    }
    guard let data = data ?? configuration.data.path.map({ URL(fileURLWithPath: $0) }) else {
      throw RunError.unsuited(
        checkpoint: path, problem: "its config.json names no data",
        remedy: "give --data DIR and --split SPLIT")
    }
    let dataset = try PreparedDataset(at: data)
    try dataset.verify()
    let isKnown = dataset.fingerprint == configuration.data.fingerprint
    let known = isKnown ? try TrainingRows(dataset, configuration) : nil
    let (rows, name): ([Int], String)
    if let split {
      try PreparedDataset.refuseReserved(
        split, also: ["test"], at: data.path,
        remedy: "fit the temperature on rows that chose the network, and report on it with mien "
          + "evaluate")
      (rows, name) = (
        try dataset.rows(ofSplit: split, at: data.path, for: "calibrate on"), split
      )
      let learnt = Set(known?.training ?? []).intersection(rows).count
      guard learnt == 0 else {
        throw RunError.badSplit(
          data: data.path,
          problem: "\(learnt) of the \(rows.count) rows of \(split) were learnt from, where the "
            + "network is surer than elsewhere",
          remedy: "choose another split, or leave --split out for the rows that chose its best "
            + "epoch")
      }
    } else {
      guard let known else {
        throw RunError.badSplit(
          data: data.path,
          problem: "they are not the data that the network was trained on, so which rows chose it "
            + "is not known", remedy: "name rows with --split SPLIT")
      }
      (rows, name) = (known.selection, known.selectionName)
    }
    let evaluator = try Evaluator([checkpoint], dataset, at: data, rows: rows)
    try self.init(checkpoint, evaluator, rows: name, batchSize: batchSize, progress)
  }

  /// The same on rows that are known to be fit for it.
  init(
    _ checkpoint: Checkpoint, _ evaluator: Evaluator, rows: String, batchSize: Int = 128,
    _ progress: (Double) throws -> Void = { _ in }
  ) throws {
    let logits = try evaluator.logits(batchSize: batchSize, progress: progress)
    let fit = try CalibrationTemperature(logits: logits, labels: evaluator.labels)
    let plain = try evaluator.metrics(logits.softmax())
    self.checkpoint = checkpoint.weights.path
    (temperature, isAtBound) = (fit.value, fit.isAtBound)
    (self.rows, n, accuracy) = (rows, plain.n, plain.accuracy)
    before = Measures(plain)
    after = Measures(try evaluator.metrics(logits.softmax(temperature: fit.value)))
  }
}

extension Checkpoint {
  /// Keeps a temperature with the weights, in the `config.json` beside them, which is replaced whole.
  /// `rows` says what it was fitted on. Throws `FileError.cannotWrite`.
  public func store(temperature: Double, rows: String) throws {
    var configuration = configuration
    (configuration.temperature, configuration.temperatureRows) = (temperature, rows)
    try writeAtomically(
      configuration.encoded(),
      to: weights.deletingLastPathComponent().appendingPathComponent("config.json"))
  }
}
