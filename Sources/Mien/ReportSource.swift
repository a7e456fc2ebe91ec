internal import Datasets
public import Foundation
internal import NeuralNetwork
public import Reporting
public import TensorCore
public import Training

/// What a report is made from: a run, or a checkpoint with a split to judge it on.
public struct ReportSource {
  /// Explains rows by what is stored of them, each a tensor of the manifest's shape such as the grey levels
  /// [H, W, 1] of a face, each for the class of that index.
  public typealias Explainer = ([Tensor], [Int]) throws -> [SampleExplanation]

  /// The networks; of a run there is one.
  public let checkpoints: [Checkpoint]
  let title: String
  let history: [EpochRecord]
  let best: EpochRecord?
  let words: ReportProtocol
  /// The rows that are reported on.
  let reportedName: String
  /// Nil where the data are gone.
  let evaluator: Evaluator?
  /// What was predicted when the data were still there.
  let kept: Predictions?

  /// The best epoch of a run on the rows that chose it. Where the prepared data are gone the report
  /// has what the run folder holds, and says so.
  ///
  /// Throws `TrainingError.noRun`, `RunError.noCheckpoint` before the first epoch,
  /// `RunError.mismatch` where other data are in the place of those it was trained on, and what
  /// reading files throws.
  public init(run folder: RunFolder) throws {
    guard folder.holdsRun else { throw TrainingError.noRun(folder: folder.url.path) }
    let checkpoint = try Checkpoint(at: folder.url)
    let configuration = checkpoint.configuration
    let history = try folder.history()
    guard let data = configuration.data.path.map({ URL(fileURLWithPath: $0) }),
      FileManager.default.fileExists(
        atPath: data.appendingPathComponent(Manifest.fileName).path)
    else {
      let best = configuration.selectBy.best(of: history)
      let kept = best.flatMap { Self.keptPredictions(of: $0, in: folder, checkpoint.classes) }
      self.init(
        [checkpoint], name: folder.url.lastPathComponent, reported: "", history: history,
        evaluator: nil, kept: kept,
        words: ReportProtocol(
          missingData: configuration.data.path, folder: folder.url.relativePath,
          hasPredictions: kept != nil, seed: configuration.seed))
      return
    }
    let dataset = try PreparedDataset(at: data)
    guard dataset.fingerprint == configuration.data.fingerprint else {
      throw RunError.mismatch(
        checkpoint: checkpoint.weights.path, data: data.path,
        problem: "the manifest is not that of the data it was trained on")
    }
    try dataset.verify()
    let rows = try TrainingRows(dataset, configuration)
    try self.init(checkpoint, folder, history, dataset, at: data, rows)
  }

  /// The best epoch of a run whose data are open already.
  init(_ run: TrainingRun) throws {
    try self.init(
      try Checkpoint(at: run.folder.url), run.folder, run.state.history, run.dataset,
      at: URL(fileURLWithPath: run.configuration.data.path ?? ""), run.rows)
  }

  private init(
    _ checkpoint: Checkpoint, _ folder: RunFolder, _ history: [EpochRecord],
    _ dataset: PreparedDataset, at data: URL, _ rows: TrainingRows
  ) throws {
    self.init(
      [checkpoint], name: folder.url.lastPathComponent, reported: rows.selectionName,
      history: history,
      evaluator: try Evaluator([checkpoint], dataset, at: data, rows: rows.selection),
      words: ReportProtocol(
        rows: rows, reported: rows.selection, name: rows.selectionName, checkpoint.configuration))
  }

  /// Checkpoints, several of them as an ensemble, on a split of prepared data; of one alone the epochs of its
  /// run, where `results.csv` lies beside it. Throws as `Checkpoint` and `Evaluator` do, and for a damaged
  /// `results.csv`.
  public init(checkpoints urls: [URL], data: URL, split: String) throws {
    let checkpoints = try urls.map { try Checkpoint(at: $0) }
    let evaluator = try Evaluator(checkpoints, data: data, split: split)
    let words = try checkpoints.map { checkpoint in
      let configuration = checkpoint.configuration
      let isKnown = evaluator.dataset.fingerprint == configuration.data.fingerprint
      return isKnown
        ? ReportProtocol(
          rows: try TrainingRows(evaluator.dataset, configuration), reported: evaluator.rows,
          name: split, configuration)
        : ReportProtocol(foreign: evaluator.rows, name: split, seed: configuration.seed)
    }
    let names = urls.map(\.lastPathComponent).joined(separator: ", ")
    var history: [EpochRecord]?
    if checkpoints.count == 1, Checkpoint.isOwn(checkpoints[0].weights) {
      let epochs = try RunFolder(checkpoints[0].weights.deletingLastPathComponent()).history()
      history = epochs.isEmpty ? nil : epochs
    }
    self.init(
      checkpoints, name: "\(names) on \(split)", reported: split, history: history,
      evaluator: evaluator,
      words: ReportProtocol(ensemble: words))
  }

  /// Without a `history` none is expected.
  private init(
    _ checkpoints: [Checkpoint], name: String, reported: String, history: [EpochRecord]?,
    evaluator: Evaluator?, kept: Predictions? = nil, words: ReportProtocol
  ) {
    (self.checkpoints, self.evaluator, self.history) = (checkpoints, evaluator, history ?? [])
    (reportedName, self.kept) = (reported, kept)
    let configuration = checkpoints[0].configuration
    best = configuration.selectBy.best(of: self.history)
    var words = words
    if let history, history.isEmpty {
      // There are weights of a best epoch, so there were epochs.
      words.notes.append("The run folder has no results.csv, so no epoch can be shown.")
    }
    let epochs = self.history.count
    if epochs > 0, epochs < configuration.epochs {
      let isOver = configuration.earlyStopping.isDue(
        after: self.history, by: configuration.selectBy)
      words.notes.append(
        (isOver ? "The run was stopped early, as it got no better" : "The run is not finished")
          + ": \(epochs) of \(configuration.epochs) epochs.")
    }
    if checkpoints.count > 1 {
      words.notes.append(
        "The answers are the mean of \(checkpoints.count) networks' probabilities; the settings are "
          + "those of the first, \(checkpoints[0].weights.relativePath).")
    }
    self.words = words
    let titles = checkpoints.map(\.configuration.model.title)
      .reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    title =
      (checkpoints.count > 1 ? "Ensemble of \(titles.joined(separator: ", "))" : titles[0])
      + ": \(name)"
  }

  /// What an earlier report has left in a run's folder, where it is of the best epoch.
  private static func keptPredictions(
    of best: EpochRecord, in folder: RunFolder, _ classes: [String]
  ) -> Predictions? {
    guard let kept = try? Predictions(contentsOf: folder.file("predictions.csv")),
      kept.classes == classes, let metrics = try? kept.metrics(),
      abs(metrics.accuracy - best.selectAccuracy) < 1e-6,
      abs(metrics.macroF1 - best.selectMacroF1) < 1e-6
    else { return nil }
    return kept
  }

  /// What the examples are; without the data by what the network takes.
  var subject: ReportSubject {
    evaluator.map { ReportSubject($0.dataset.manifest) }
      ?? ReportSubject(kind: checkpoints[0].input.kind)
  }

  /// Whether the prepared data are there, so that the network can be asked.
  public var hasData: Bool { evaluator != nil }

  /// How many rows there are to judge.
  public var rowCount: Int { evaluator?.rows.count ?? 0 }

  /// Judges the rows.
  ///
  /// - Parameters:
  ///   - samples: how many right answers are shown, and how many wrong ones: as many, or one of
  ///     each class where that is more, up to twelve; 0 leaves all examples out.
  ///   - robustness: on how many rows the network is asked about disturbed pictures, too.
  ///   - random: decides which rows those are, and how they are disturbed.
  ///   - explain: explains the answers to those examples; nil leaves explanations out.
  ///   - disturbing: called with the share of the disturbed rows that are judged, in 0...1.
  ///   - progress: called with the share of the rows that are judged, in 0...1.
  public func report(
    samples: Int, robustness: Robustness.Extent = .none,
    random: RandomStream = RandomStream(seed: 1), explain: Explainer? = nil,
    disturbing: (Double) throws -> Void = { _ in }, progress: (Double) throws -> Void = { _ in }
  ) throws -> Report {
    let judged =
      try evaluator.map { try ReportedRows($0, progress: progress) }
      ?? kept.map { try ReportedRows(kept: $0, temperature: checkpoints[0].temperature) }
    let curves = try judged.flatMap { judged in
      try evaluator.flatMap {
        robustness == .none || $0.dataset.manifest.kind != "image" || $0.rows.isEmpty
          ? nil
          : try Robustness(
            $0, answers: judged.answers, extent: robustness,
            random: random.substream("robustness"), progress: disturbing)
      }
    }
    let count = samples == 0 ? 0 : max(samples, min(12, checkpoints[0].classes.count))
    let shown = judged?.samples(hits: count, errors: count) ?? (hits: [], errors: [])
    var (hits, errors) = (shown.hits.map(\.sample), shown.errors.map(\.sample))
    let examples = shown.hits + shown.errors
    if let explain, let dataset = evaluator?.dataset, !examples.isEmpty {
      let explanations = try explain(
        examples.map { dataset.stored($0.place) },
        examples.map {
          checkpoints[0].classes.firstIndex(of: $0.sample.answers[0].name) ?? 0
        })
      precondition(
        explanations.count == examples.count,
        "\(explanations.count) explanations of \(examples.count) examples")
      for (index, explanation) in explanations.enumerated() {
        if index < hits.count {
          hits[index].explanation = explanation
        } else {
          errors[index - hits.count].explanation = explanation
        }
      }
    }
    return Report(
      source: self, judged: judged, robustness: curves, sampleCount: count,
      hits: hits, errors: errors)
  }
}
