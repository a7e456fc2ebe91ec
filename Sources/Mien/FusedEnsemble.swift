internal import Datasets
public import Foundation
internal import NeuralNetwork
internal import TensorCore
internal import Training

/// Several networks in one checkpoint: a network whose logits are the sum of theirs, and whose temperature is the
/// sum of their temperatures, so that its probabilities are the normalised geometric mean of the members'. What
/// asks one network can so ask an ensemble, and an exported file holds all of it.
public struct FusedEnsemble {
  private let configuration: RunConfiguration
  private let tensors: [NamedTensor]
  private let dataset: PreparedDataset
  /// The dataset's folder.
  private let data: URL
  /// What all members learnt from.
  private let rows: TrainingRows

  /// Joins networks that learnt from the same rows of the same data, each from a beginning of its own.
  ///
  /// Throws `RunError.unsuited` for networks that do not go together, and what opening their data throws.
  public init(_ checkpoints: [Checkpoint]) throws {
    guard let first = checkpoints.first, checkpoints.count > 1 else {
      throw RunError.unsuited(
        checkpoint: checkpoints.first?.weights.path ?? "no checkpoint",
        problem: "it is alone, expected two networks or more", remedy: "repeat --checkpoint")
    }
    let places = checkpoints.map { $0.weights.standardizedFileURL.path }
    if let twice = places.first(where: { path in places.count { $0 == path } > 1 }) {
      throw RunError.unsuited(
        checkpoint: twice, problem: "it is named twice, which adds nothing",
        remedy: "name each member once")
    }
    _ = try Ensemble(checkpoints)
    guard let path = first.configuration.data.path else {
      throw RunError.unsuited(
        checkpoint: first.weights.path, problem: "its config.json names no data",
        remedy: "join runs whose prepared data are there")
    }
    let data = URL(fileURLWithPath: path)
    let dataset = try PreparedDataset(at: data)
    let rows = try checkpoints.map { try TrainingRows(dataset, $0.configuration) }
    for (checkpoint, own) in zip(checkpoints, rows) {
      func expect(_ isGood: Bool, _ problem: String) throws {
        guard isGood else {
          throw RunError.unsuited(
            checkpoint: checkpoint.weights.path, problem: problem,
            remedy:
              "join runs that differ in their seeds alone: where rows are dealt, train each with the same "
              + "data.seed")
        }
      }
      try expect(
        checkpoint.configuration.data.fingerprint == dataset.fingerprint,
        "it was trained on other prepared data than those at \(path)")
      try expect(
        checkpoint.input == first.input,
        "its inputs are prepared or normalised otherwise than those of \(first.weights.path)")
      try expect(
        Set(own.training) == Set(rows[0].training) && Set(own.selection) == Set(rows[0].selection)
          && Set(own.heldOut) == Set(rows[0].heldOut),
        "it learnt from other rows than \(first.weights.path)")
    }
    var (layers, tensors) = ([LayerSpecification](), [NamedTensor]())
    for (index, checkpoint) in checkpoints.enumerated() {
      let own = checkpoint.model.layers.map { $0.specification }
      let named = checkpoint.model.namedTensors()
      guard index > 0 else {
        (layers, tensors) = (own, named)
        continue
      }
      layers = [Residual.sum(of: layers, and: own)]
      tensors =
        tensors.map { NamedTensor("0.body.\($0.name)", $0.tensor) }
        + named.map { NamedTensor("0.shortcut.\($0.name)", $0.tensor) }
    }
    var configuration = first.configuration
    configuration.data.seed = first.configuration.data.seed ?? first.configuration.seed
    configuration.model = .layers(layers)
    configuration.temperature = checkpoints.reduce(0) { $0 + ($1.temperature ?? 1) }
    (self.configuration, self.tensors) = (configuration, tensors)
    (self.dataset, self.data, self.rows) = (dataset, data, rows[0])
  }

  /// Writes a checkpoint folder, `model.safetensors` last, and gives what it holds. A run's folder is not
  /// written to. Throws `TrainingError.runExists`, `FileError.cannotWrite`.
  @discardableResult public func write(to folder: URL) throws -> Checkpoint {
    let run = RunFolder(folder)
    guard !run.hasResults else {
      throw TrainingError.runExists(folder: folder.path)
    }
    try createFolder(folder)
    try writeAtomically(configuration.encoded(), to: run.configuration)
    try SafeTensors.write(tensors, to: run.releasedWeights)
    return try Checkpoint(at: folder)
  }

  /// Joins cross-validations fold by fold, and measures each on the rows that none of its members has seen.
  /// Writes `fold-K`, with `held-out.csv`, and `folds.json` and `folds.csv`.
  ///
  /// Throws as `init` and `write`, and what judging throws.
  ///
  /// - Parameters:
  ///   - runs: folders of as many folds, dealt by the same seed.
  ///   - folder: the folder to write.
  ///   - progress: told how many folds are done, of how many.
  public static func joinFolds(
    of runs: [URL], to folder: URL, progress: (Int, Int) throws -> Void
  ) throws -> FoldSummary {
    let whole = try RunConfiguration(contentsOf: RunFolder(runs[0]).configuration)
    let count = whole.data.folds ?? 0
    let joined = RunFolder(folder)
    var (results, last) = ([FoldResult](), FusedEnsemble?.none)
    for fold in 1...max(1, count) {
      let (place, own) = (joined.fold(fold).url, runs.map { RunFolder($0).fold(fold) })
      let ensemble = try FusedEnsemble(own.map { try Checkpoint(at: $0.url) })
      let checkpoint = try ensemble.write(to: place)
      let best = checkpoint.configuration.selectBy.best(of: try own[0].history())
      results.append(
        try FoldResult(
          fold, of: checkpoint, in: place, ensemble.dataset, at: ensemble.data, ensemble.rows,
          bestEpoch: best?.epoch ?? 0))
      last = ensemble
      try progress(fold, count)
    }
    let groups =
      try last.map {
        try CrossValidation.pooledGroups(
          of: results.map { folder.appendingPathComponent($0.run) }, $0.dataset, at: $0.data)
      } ?? []
    let summary = FoldSummary(
      folds: count, seed: whole.data.seed ?? whole.seed, results: results, groups: groups,
      caution: last?.rows.caution)
    if !groups.isEmpty {
      let file = folder.appendingPathComponent("groups.csv")
      try writeAtomically(GroupResults.csv(groups).utf8, to: file)
    }
    try writeAtomically(summary.csv.utf8, to: folder.appendingPathComponent("folds.csv"))
    try writeAtomically(prettyJSON(summary), to: folder.appendingPathComponent("folds.json"))
    return summary
  }
}
