internal import Datasets
public import Evaluation
internal import Foundation
internal import NeuralNetwork
internal import TensorCore
public import Training

/// A run among others that it is compared with: its settings, its epochs, and what its best weights are
/// worth on the rows that chose them.
public struct ComparedRun: Sendable {
  /// Where it is.
  public let folder: RunFolder
  /// What it is called beside the others.
  public let name: String
  /// Its settings.
  public let configuration: RunConfiguration
  /// Its epochs; at least one.
  public let history: [EpochRecord]
  /// The epoch whose weights were kept.
  public let best: EpochRecord
  /// What its logits are divided by; nil where none was fitted.
  public let temperature: Double?
  /// Numbers that are trained.
  public let parameters: Int
  /// The classes in the order of its outputs.
  public let classes: [String]
  /// The rows that chose its best epoch, in words.
  public let chosenOn: String
  /// What its best weights are worth on those rows; nil where that is not known.
  public internal(set) var metrics: ClassificationMetrics?
  /// What its best weights answer to each of those rows; nil where they could not be measured anew.
  public internal(set) var predictions: Predictions?
  /// What there is to be said of it, a sentence each.
  public internal(set) var notes: [String] = []

  /// Judges `best`; nil where the data are gone.
  let evaluator: Evaluator?

  /// Reads a run. Data sets that are open already are found in `open` by their paths.
  ///
  /// Throws `TrainingError.noRun`, `RunError.unsuited` for a run without a whole epoch and for what only
  /// looks like a run, and what reading files throws.
  init(_ folder: RunFolder, name: String, open: inout [String: PreparedDataset]) throws {
    guard folder.holdsRun else { throw TrainingError.noRun(folder: folder.url.path) }
    (self.folder, self.name) = (folder, name)
    let path = folder.url.relativePath
    let settings = try RunConfiguration(contentsOf: folder.configuration)
    func unsuited(_ problem: String, _ remedy: String) -> RunError {
      .unsuited(checkpoint: path, problem: problem, remedy: remedy)
    }
    if let folds = settings.data.folds, settings.data.fold == nil {
      throw unsuited(
        "it is a cross-validation, not one run",
        "compare its folds, \(path)/fold-1 to fold-\(folds)")
    }
    history = try folder.history()
    guard let best = settings.selectBy.best(of: history) else {
      let isCheckpoint =
        !FileManager.default.fileExists(atPath: folder.state.path) && folder.holdsRelease
      throw isCheckpoint
        ? unsuited(
          "it is a checkpoint without results.csv, not a run",
          "measure it with mien evaluate --checkpoint \(path)")
        : unsuited(
          "no epoch of it is finished yet", "go on with mien train --run \(path) --resume")
    }
    self.best = best
    let checkpoint = try Checkpoint(at: folder.url)
    (configuration, classes) = (checkpoint.configuration, checkpoint.classes)
    (parameters, temperature) = (checkpoint.parameterCount, checkpoint.temperature)
    let (evaluator, name, note, caution) = try Self.evaluator(of: checkpoint, open: &open)
    self.evaluator = evaluator
    chosenOn =
      evaluator.map { "\(name) (\($0.rows.count) rows)" } ?? name
    if let note { takeKept(because: note) }
    if let caution { notes.append("\(self.name): \(caution).") }
  }

  /// What judges a checkpoint on the rows that chose it, what they are called and have to be taken with; or
  /// why nothing does.
  private static func evaluator(
    of checkpoint: Checkpoint, open: inout [String: PreparedDataset]
  ) throws -> (Evaluator?, name: String, note: String?, caution: String?) {
    let data = checkpoint.configuration.data
    let name = data.selectOn ?? "the split that chose the best epoch"
    guard let path = data.path else { return (nil, name, "its config.json names no data", nil) }
    let url = URL(fileURLWithPath: path)
    guard
      FileManager.default.fileExists(atPath: url.appendingPathComponent(Manifest.fileName).path)
    else { return (nil, name, "its data are not in \(path) any more", nil) }
    let dataset: PreparedDataset
    if let known = open[path] {
      dataset = known
    } else {
      dataset = try PreparedDataset(at: url)
      try dataset.verify()
      open[path] = dataset
    }
    guard dataset.fingerprint == data.fingerprint else {
      return (nil, name, "the data in \(path) are not those it was trained on any more", nil)
    }
    let rows = try TrainingRows(dataset, checkpoint.configuration)
    let evaluator = try Evaluator([checkpoint], dataset, at: url, rows: rows.selection)
    return (evaluator, rows.selectionName, nil, rows.caution)
  }

  /// Takes the measures that `mien report` left in the folder, where they are of the best epoch.
  private mutating func takeKept(because reason: String) {
    let kept = try? JSONDecoder().decode(
      ClassificationMetrics.self, from: Data(contentsOf: folder.file("metrics.json")))
    if let kept, kept.classes == classes,
      abs(kept.accuracy - best.selectAccuracy) < 1e-6, abs(kept.macroF1 - best.selectMacroF1) < 1e-6
    {
      metrics = kept
      notes.append("\(name) could not be measured anew, for \(reason); its metrics.json was read.")
    } else {
      notes.append(
        "\(name) could not be measured, for \(reason): of it there is what results.csv holds, and "
          + "nothing by class.")
    }
  }

  /// Measures `best`, if it can be. Throws what the progress throws.
  mutating func measure(_ progress: (Double) throws -> Void) throws {
    guard let evaluator else { return }
    let answers = Predictions(
      classes: evaluator.classes, rows: evaluator.sourceRows, labels: evaluator.labels,
      probabilities: try evaluator.probabilities(progress: progress))
    let measured: ClassificationMetrics
    do {
      measured = try answers.metrics()
    } catch let error as EvaluationError {
      // One run that has gone astray is no reason not to compare the others.
      notes.append("\(name) could not be measured: \(error).")
      return
    }
    (metrics, predictions) = (measured, answers)
    // Two rows may fall the other way by rounding, more do not.
    if abs(measured.accuracy - best.selectAccuracy) * Double(measured.n) > 2.5 {
      notes.append(
        "\(name): best.safetensors is right in \(percent(measured.accuracy)) of its rows, and "
          + "results.csv says \(percent(best.selectAccuracy)) of its best epoch; is it still learning?"
      )
    }
  }

  /// Whether it is measured on the same rows of the same data as another.
  func isMeasured(onTheRowsOf other: ComparedRun) -> Bool {
    guard configuration.data.fingerprint == other.configuration.data.fingerprint else {
      return false
    }
    if let mine = evaluator?.rows, let others = other.evaluator?.rows { return mine == others }
    return configuration.data.selectOn == other.configuration.data.selectOn
  }

  /// Whether no epoch is left.
  public var isComplete: Bool { history.count >= configuration.epochs || isStoppedEarly }

  /// Whether it is over although epochs are left.
  public var isStoppedEarly: Bool {
    history.count < configuration.epochs
      && configuration.earlyStopping.isDue(after: history, by: configuration.selectBy)
  }
}

extension ComparedRun: Encodable {
  private enum CodingKeys: String, CodingKey {
    case run, name, model, parameters, seed, epochs, complete, best, last, temperature, metrics
    case classes
    case chosenOn = "chosen_on"
    case selectBy = "select_by"
  }

  /// The run as JSON: `epochs` are those that are done, `best` and `last` rows of `results.csv`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(folder.url.relativePath, forKey: .run)
    try container.encode(name, forKey: .name)
    try container.encode(configuration.model.title, forKey: .model)
    try container.encode(parameters, forKey: .parameters)
    try container.encode(configuration.seed, forKey: .seed)
    try container.encode(history.count, forKey: .epochs)
    try container.encode(isComplete, forKey: .complete)
    try container.encode(chosenOn, forKey: .chosenOn)
    try container.encode(configuration.selectBy.rawValue, forKey: .selectBy)
    try container.encode(best, forKey: .best)
    try container.encode(history.last, forKey: .last)
    try container.encodeIfPresent(temperature, forKey: .temperature)
    try container.encode(classes, forKey: .classes)
    try container.encodeIfPresent(metrics, forKey: .metrics)
  }
}
