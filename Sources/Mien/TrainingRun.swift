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
  public private(set) var configuration: RunConfiguration
  /// The state it is in.
  public private(set) var state: TrainingState
  /// What was learnt from and chosen on, in words.
  public let protocolLine: String
  /// What the weights it began with were taken from; nil where they were random, and once a run was
  /// taken up again.
  public let transfer: WeightTransfer?

  let dataset: PreparedDataset
  let rows: TrainingRows
  let examples: DatasetSource
  let trainer: Trainer

  /// Begins a run in a folder that holds none yet, on the data that the configuration names.
  ///
  /// Throws `TrainingError.runExists`, `RunError`, `ModelError`, and what reading the data throws.
  public static func start(
    _ configuration: RunConfiguration, in folder: RunFolder
  ) throws -> TrainingRun {
    guard !folder.holdsRun else { throw TrainingError.runExists(folder: folder.url.path) }
    let run = try planned(configuration, in: folder)
    // So that the run can be taken up without the network that it began from.
    if run.transfer != nil { try folder.saveState(run.state) }
    try writeAtomically(run.configuration.encoded(), to: folder.configuration)
    return run
  }

  /// A run that has not begun: nothing is written.
  static func planned(
    _ configuration: RunConfiguration, in folder: RunFolder
  ) throws -> TrainingRun {
    _ = try configuration.training()  // Bad settings are said before data are read.
    let (configuration, dataset, rows) = try completed(configuration)
    return try TrainingRun(
      folder, configuration, dataset, rows, beginningWith: configuration.initial)
  }

  /// A configuration with what its data fill in, the data, checked, and which rows are whose.
  static func completed(
    _ configuration: RunConfiguration
  ) throws -> (RunConfiguration, PreparedDataset, TrainingRows) {
    guard let path = configuration.data.path else {
      throw RunError.badConfiguration(
        origin: "data.path", problem: "no data; give --data DIR as made by mien prepare")
    }
    var configuration = configuration
    let dataset = try PreparedDataset(at: URL(fileURLWithPath: path))
    try dataset.verify()
    let rows = try TrainingRows(dataset, configuration)
    configuration.data.path = URL(fileURLWithPath: path).standardizedFileURL.path
    configuration.data.fingerprint = dataset.fingerprint
    configuration.input = try input(of: dataset, rows, configuration.preprocessing)
    configuration.classes = dataset.manifest.classes
    configuration.completeModel(for: dataset.manifest.shape)
    configuration.augmentation = try configuration.augmentation.suited(
      to: dataset.manifest.kind, defaults: RunConfiguration().augmentation)
    // That of other weights, where the settings are those of a run.
    configuration.temperature = nil
    configuration.initial = try configuration.initial?.pinned()
    configuration.distillation.teachers = try configuration.distillation.teachers.map {
      try $0.pinned()
    }
    return (configuration, dataset, rows)
  }

  /// What the network will take. Preprocessing changes mean and deviation, so they are then those of
  /// the rows that are learnt from; and so are those of anything but images, whose rows may be so few
  /// or so odd that one that is held out shows in the figures of all. Those of images are the whole
  /// split's, where a tenth more or less changes nothing.
  private static func input(
    of dataset: PreparedDataset, _ rows: TrainingRows, _ preprocessing: Preprocessing
  ) throws -> InputConfiguration {
    let manifest = dataset.manifest
    var input = InputConfiguration(of: manifest)
    if preprocessing.isOff {
      if manifest.kind != Manifest.imageKind {
        input.normalisation = try dataset.normalisation(ofRows: rows.training)
      }
      return input
    }
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
    let isRestored = try folder.restore(&run.state)
    guard isRestored || configuration.initial == nil else {
      throw RunError.cannotResume(
        folder: folder.url.path, problem: "its state.safetensors is gone",
        remedy: "restore it, or start a new run")
    }
    if !run.isComplete, run.configuration.temperature != nil {
      // Fitted to a best epoch that may not stay the best.
      run.configuration.temperature = nil
      try writeAtomically(run.configuration.encoded(), to: folder.configuration)
    }
    return run
  }

  private init(
    _ folder: RunFolder, _ configuration: RunConfiguration, _ dataset: PreparedDataset,
    _ rows: TrainingRows, beginningWith initial: CheckpointReference? = nil
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
    var model = try configuration.model.build(
      input: input.shape, classes: classes.count,
      random: RandomStream(seed: configuration.seed).substream("weights"))
    transfer = try initial.map { try model.takeOver(from: $0, classes: classes) }
    var teacher: (@Sendable (Tensor) -> Distillation)?
    if let own = try Teacher(configuration.distillation, input: input, classes: classes) {
      try own.expectNothingLearnt(from: rows.heldOut, of: dataset)
      teacher = { inputs in own.distillation(of: inputs) }
    }
    var training = try configuration.training()
    training.classWeights = try configuration.loss.classWeights.values(
      classes: classes, labels: rows.training.map { dataset.label($0) })
    state = try training.initialState(for: model)
    try input.validate()
    examples = dataset.source(
      rows: rows.training, normalisation: input.normalisation, preprocessing: input.preprocessing,
      augmentation: configuration.augmentation)
    trainer = Trainer(
      training, examples: examples,
      selection: dataset.source(
        rows: rows.selection, normalisation: input.normalisation,
        preprocessing: input.preprocessing),
      teacher: teacher)
    protocolLine = ReportProtocol.line(
      before: rows, seed: configuration.seed, isChosen: configuration.selectBy != .epoch)
  }

  /// Steps in an epoch.
  public var stepsPerEpoch: Int { trainer.stepsPerEpoch }

  /// Numbers that are trained.
  public var parameterCount: Int {
    var (model, count) = (state.model, 0)
    model.forEachParameter { count += $1.count }
    return count
  }

  /// Those of them that stay as they are.
  public var frozenCount: Int {
    let rules = configuration.optimiser.rules
    var (model, count) = (state.model, 0)
    model.forEachParameter { if rules.isFrozen($0) { count += $1.count } }
    return count
  }

  /// The rows that choose the best epoch, in words.
  public var selectionName: String { rows.selectionName }

  /// Whether the run is over: every epoch is done, or it was stopped early.
  public var isComplete: Bool { state.epoch >= configuration.epochs || isStoppedEarly }

  /// Whether it is over although epochs are left, because it got no better.
  public var isStoppedEarly: Bool { trainer.hasStoppedEarly(state) }

  /// Learns to the end or until `shouldStop`; the folder is saved after each epoch and when
  /// stopped. At the end the best epoch is calibrated where the configuration says so. Throws as
  /// `Trainer.run`.
  public mutating func train(
    callbacks: [any TrainingCallback] = [], shouldStop: () -> Bool = { false }
  ) throws -> TrainingOutcome {
    // Behind the folder, for what is shown follows what is saved.
    let log = try tensorBoardLog()
    try log?.follow(state.history)
    let outcome = try trainer.run(
      &state, callbacks: [folder] + (log.map { [$0] } ?? []) + callbacks, shouldStop: shouldStop)
    if outcome != .paused && configuration.calibrate { try calibrate() }
    return outcome
  }

  /// The run's TensorBoard file; nil where it is not to have one.
  func tensorBoardLog() throws -> TensorBoardLog? {
    configuration.tensorBoard ? try TensorBoardLog(folder, configuration, state.model) : nil
  }

  /// Fits the temperature of the best epoch on the rows that chose it.
  private mutating func calibrate() throws {
    let best = try Checkpoint(at: folder.url)
    let evaluator = try Evaluator(
      [best], dataset, at: URL(fileURLWithPath: configuration.data.path ?? ""),
      rows: rows.selection)
    let calibration = try Calibration(best, evaluator, rows: rows.selectionName)
    configuration.temperature = calibration.temperature
    configuration.temperatureRows = calibration.rows
    try writeAtomically(configuration.encoded(), to: folder.configuration)
  }
}
