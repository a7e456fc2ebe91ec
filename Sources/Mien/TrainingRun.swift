internal import Datasets
internal import Evaluation
internal import Foundation
internal import Imaging
internal import NeuralNetwork
internal import TensorCore
public import Training

/// A training run in its folder: begun, or taken up where it was left.
public struct TrainingRun {
  /// Where everything is written.
  public let folder: RunFolder
  /// All that decides the run.
  public let configuration: RunConfiguration
  /// The state it is in.
  public private(set) var state: TrainingState
  /// What was learnt from and chosen on, in words.
  public let protocolLine: String

  let dataset: PreparedDataset
  let rows: TrainingRows
  let examples: DatasetSource
  private let trainer: Trainer

  /// Begins a run in a folder that holds none yet, on the data that the configuration names.
  ///
  /// Throws `TrainingError.runExists`, `RunError`, `ModelError`, and what reading the data throws.
  public static func start(
    _ configuration: RunConfiguration, in folder: RunFolder
  ) throws -> TrainingRun {
    guard !folder.holdsRun else { throw TrainingError.runExists(folder: folder.url.path) }
    guard let path = configuration.data.path else {
      throw RunError.badConfiguration(
        origin: "data.path", problem: "no data; give --data DIR as made by mien prepare")
    }
    var configuration = configuration
    _ = try configuration.training()  // Bad settings are said before data are read.
    let dataset = try PreparedDataset(at: URL(fileURLWithPath: path))
    try dataset.verify()
    let rows = try TrainingRows(dataset, configuration)
    configuration.data.path = URL(fileURLWithPath: path).standardizedFileURL.path
    configuration.data.fingerprint = dataset.fingerprint
    configuration.input = try input(of: dataset, rows, configuration.preprocessing)
    configuration.classes = dataset.manifest.classes
    let run = try TrainingRun(folder, configuration, dataset, rows)
    try writeAtomically(configuration.encoded(), to: folder.configuration)
    return run
  }

  /// What the network will take. Preprocessing changes mean and deviation, so they are then those of
  /// the rows that are learnt from.
  private static func input(
    of dataset: PreparedDataset, _ rows: TrainingRows, _ preprocessing: Preprocessing
  ) throws -> InputConfiguration {
    let manifest = dataset.manifest
    var input = InputConfiguration(
      kind: manifest.kind, shape: manifest.shape, normalisation: manifest.normalisation)
    if preprocessing.isOff { return input }
    input.preprocessing = preprocessing
    try input.validate()
    input.normalisation = dataset.normalisation(ofRows: rows.training, preprocessing)
    return input
  }

  /// Takes up the run in a folder. Throws `TrainingError.noRun`, `TrainingError.badState` and
  /// `RunError.cannotResume`.
  public static func resume(in folder: RunFolder) throws -> TrainingRun {
    guard folder.holdsRun else { throw TrainingError.noRun(folder: folder.url.path) }
    AtomicFile.removeAbandoned(in: folder.url)
    let configuration = try RunConfiguration(contentsOf: folder.configuration)
    guard let path = configuration.data.path else {
      throw RunError.cannotResume(
        folder: folder.url.path, problem: "its config.json names no data",
        remedy: "it is a released checkpoint; start a run with --data DIR")
    }
    let dataset = try PreparedDataset(at: URL(fileURLWithPath: path))
    guard dataset.fingerprint == configuration.data.fingerprint else {
      throw RunError.cannotResume(
        folder: folder.url.path,
        problem: "the data in \(path) are not those it began with (another manifest)",
        remedy: "prepare the same source again, or start a new run")
    }
    try dataset.verify()
    var run = try TrainingRun(
      folder, configuration, dataset, TrainingRows(dataset, configuration))
    _ = try folder.restore(&run.state)
    return run
  }

  private init(
    _ folder: RunFolder, _ configuration: RunConfiguration, _ dataset: PreparedDataset,
    _ rows: TrainingRows
  ) throws {
    guard let input = configuration.input, let classes = configuration.classes else {
      throw RunError.cannotResume(
        folder: folder.url.path, problem: "its config.json has no \"input\" or \"classes\"",
        remedy: "start a new run")
    }
    self.folder = folder
    self.configuration = configuration
    self.dataset = dataset
    self.rows = rows
    let model = try configuration.model.build(
      input: input.shape, classes: classes.count,
      random: RandomStream(seed: configuration.seed).substream("weights"))
    state = TrainingState(model: model, optimiser: try configuration.optimiser.make(for: model))
    let training = try configuration.training()
    try input.validate()
    examples = dataset.source(
      rows: rows.training, normalisation: input.normalisation, preprocessing: input.preprocessing,
      augmentation: configuration.augmentation)
    trainer = Trainer(
      training, examples: examples,
      selection: dataset.source(
        rows: rows.selection, normalisation: input.normalisation,
        preprocessing: input.preprocessing))
    protocolLine =
      ReportProtocol(
        rows: rows, reported: rows.selection, name: rows.selectionName, seed: configuration.seed
      ).line
  }

  /// Steps in an epoch.
  public var stepsPerEpoch: Int { trainer.stepsPerEpoch }

  /// Numbers that are trained.
  public var parameterCount: Int {
    var (model, count) = (state.model, 0)
    model.forEachParameter { count += $1.count }
    return count
  }

  /// The rows that choose the best epoch, in words.
  public var selectionName: String { rows.selectionName }

  /// Whether every epoch is done.
  public var isComplete: Bool { state.epoch >= configuration.epochs }

  /// Learns to the end or until `shouldStop`; the folder is saved after each epoch and when
  /// stopped. Throws as `Trainer.run`.
  public mutating func train(
    callbacks: [any TrainingCallback] = [], shouldStop: () -> Bool = { false }
  ) throws -> TrainingOutcome {
    try trainer.run(&state, callbacks: [folder] + callbacks, shouldStop: shouldStop)
  }
}
