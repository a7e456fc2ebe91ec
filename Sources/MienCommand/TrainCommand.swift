import Foundation
import Mien
import NeuralNetwork
import TensorCore
import Training

/// `mien train --data DIR --run DIR`
struct TrainCommand: Subcommand {
  static let run = Option<URL>("--run", "DIR", "the run's folder")
  static let resume = Flag("--resume", "go on with the run in --run; needs nothing else")
  static let epochs = Option<Int?>(
    "--epochs", "N", "how often every example is seen (default: 12)", .atLeast(1))
  static let folds = Option<Int?>(
    "--folds", "K",
    "K runs, each examined on a stratified fold of the training split that it has not seen",
    .atLeast(2))
  static let maxHours = Option<Double?>(
    "--max-hours", "H", "stop after so much time; --resume goes on", .atLeast(0))

  static let declaration = CommandDeclaration(
    name: "train", summary: "train a network on prepared data",
    discussion: "Trains a network and leaves a run folder: config.json, results.csv, best, last "
      + "and state weights, curves.png, confusion.png, samples.png, report.html, and a file of events "
      + "for TensorBoard, which grows as the run goes. Ctrl-C finishes the step and saves; --resume "
      + "then goes on as if nothing had happened, bit for bit, and also after a kill. Every setting stands in "
      + "docs/configuration.md.",
    arguments: [
      RunOptions.data, run, resume, RunOptions.config, RunOptions.set, RunOptions.model, epochs,
      RunOptions.batchSize, RunOptions.limit, RunOptions.selectOn, folds, RunOptions.initial,
      RunOptions.freeze, RunOptions.teachers, maxHours,
    ],
    examples: [
      Example("the reference network", "mien train --data prepared --run runs/a --model vgg10"),
      Example(
        "a table of features, by the usual network of its kind",
        "mien train --data table --run runs/table --folds 10"),
      Example(
        "another learning rate",
        "mien train --data prepared --run runs/b "
          + "--set optimiser.learning_rate=0.02"),
      Example(
        "another task: begin with a trained network, leave its first layers",
        "mien train --data other --run runs/c --init runs/a --freeze 0 --freeze 1"),
      Example(
        "a small network that learns from two large ones",
        "mien train --data faces --run d --model simple-cnn --teacher a --teacher b"),
      Example(
        "five-fold cross-validation: mean and deviation",
        "mien train --data prepared --run runs/folds --folds 5"),
      Example("after Ctrl-C or a crash", "mien train --run runs/a --resume"),
    ])

  private let folder: RunFolder
  private let isResuming: Bool
  private let overlays: [RunOptions.Overlay]
  private let maxSeconds: Double

  init(arguments: ParsedArguments) throws {
    folder = RunFolder(arguments[Self.run])
    isResuming = arguments[Self.resume]
    maxSeconds = (arguments[Self.maxHours] ?? .infinity) * 3600
    var overlays = try RunOptions.overlays(arguments, of: "train")
    func put(_ option: String, _ path: String, _ value: Int?) {
      if let value { overlays.append(RunOptions.overlay(option, path, .int(value))) }
    }
    put("--folds", "data.folds", arguments[Self.folds])
    put("--epochs", "epochs", arguments[Self.epochs])
    self.overlays = overlays
    if isResuming, let overlay = overlays.first {
      throw UsageError(
        "train",
        .conflict(
          "--resume goes on with the run's own settings, and does not take \(overlay.origin); for "
            + "others start a new run with --config \(folder.configuration.relativePath)"))
    }
  }

  func run(_ console: Console) throws {
    let clock = RunClock(maxSeconds: maxSeconds)
    let configuration = isResuming ? nil : try RunConfiguration(overlays: overlays)
    if isResuming, let validation = try CrossValidation.resume(in: folder) {
      return try crossValidate(validation, clock, console)
    }
    if let configuration, configuration.data.folds != nil, configuration.data.fold == nil {
      return try crossValidate(
        try CrossValidation.start(configuration, in: folder), clock, console)
    }
    var run =
      try configuration.map { try TrainingRun.start($0, in: folder) }
      ?? TrainingRun.resume(in: folder)
    let outcome = try learn(&run, clock, console)
    let files = try run.writeReport()
    try console.report(Summary(run, files: files)) {
      let best = run.state.best
      return [
        outcome == .stoppedEarly
          ? "stopped early: no better for "
            + counted(run.configuration.earlyStopping.patience, "epoch") : nil,
        outcome == .paused ? stopped : nil,
        best.map {
          "best epoch \($0.epoch): accuracy \(percent($0.selectAccuracy)), "
            + "macro F1 \(percent($0.selectMacroF1)) on \(run.selectionName)"
        },
        "look at \(folder.file("report.html").relativePath)",
      ].compactMap { $0 }.joined(separator: "\n")
    }
  }

  /// What to do after a stop.
  private var resume: String { "go on with mien train --run \(folder.url.relativePath) --resume" }
  private var stopped: String {
    "stopped after \(humanDuration(seconds: maxSeconds)); \(resume)"
  }

  /// Lets a run learn to its end or until it is time to stop, and shows it.
  private func learn(
    _ run: inout TrainingRun, _ clock: RunClock, _ console: Console
  ) throws -> TrainingOutcome {
    try console.print(
      "\(run.configuration.model.title), \(grouped(run.parameterCount)) parameters; \(run.protocolLine)"
    )
    if let transfer = run.transfer { try console.print(transfer.line) }
    if run.frozenCount > 0 {
      try console.print("\(run.frozenCount) parameters stay as they are")
    }
    if run.state.epoch + run.state.step > 0 {
      try console.print(
        "resumed after \(counted(run.state.epoch, "epoch")) and \(counted(run.state.step, "step"))")
    }
    let display = TrainingDisplay(run, console: console)
    let outcome = try run.train(
      callbacks: [display],
      shouldStop: { Interruption.isRequested || clock.isOver })
    display.finish()
    if outcome == .paused, Interruption.isRequested {
      throw Interrupted(
        remedy: "the run is saved after epoch \(run.state.epoch), step \(run.state.step); \(resume)"
      )
    }
    return outcome
  }

  /// Goes through the folds that are not done.
  private func crossValidate(
    _ start: CrossValidation, _ clock: RunClock, _ console: Console
  ) throws {
    var validation = start
    let configuration = validation.configuration
    if configuration.initial != nil || !configuration.distillation.teachers.isEmpty {
      console.note(
        "a network that learnt from the same data has seen every fold: to begin from it, or to "
          + "learn from its answers, makes the figures too good")
    }
    while let fold = validation.next {
      try console.print(console.styled("fold \(fold) of \(validation.count)", .bold))
      var run = try validation.run(of: fold)
      let outcome = try learn(&run, clock, console)
      _ = try run.writeReport()
      if outcome == .paused { break }
      try validation.examine(run)
      if validation.next != nil, Interruption.isRequested {
        throw Interrupted(remedy: "fold \(fold) is done and saved; \(resume)")
      }
      if clock.isOver { break }
    }
    let summary = validation.summary
    try console.report(FoldsReport(run: folder.url.relativePath, summary: summary)) {
      [
        [summary.complete ? nil : stopped, FoldsReport.table(summary).description]
          .compactMap { $0 },
        FoldsReport.words(summary), ["look at \(folder.file("folds.csv").relativePath)"],
      ].joined().joined(separator: "\n\n")
    }
  }

  /// What `--json` says of a run.
  private struct Summary: Encodable {
    let run: String
    let epochs: Int
    let bestEpoch: Int?
    let accuracy: Double?
    let macroF1: Double?
    let complete: Bool
    let transfer: WeightTransfer?
    let files: [String]

    init(_ run: TrainingRun, files: [URL]) {
      self.run = run.folder.url.relativePath
      epochs = run.state.epoch
      bestEpoch = run.state.best?.epoch
      accuracy = run.state.best?.selectAccuracy
      macroF1 = run.state.best?.selectMacroF1
      complete = run.isComplete
      transfer = run.transfer
      self.files = files.map(\.relativePath)
    }

    enum CodingKeys: String, CodingKey {
      case run, epochs, accuracy, complete, files
      case transfer = "init"
      case bestEpoch = "best_epoch"
      case macroF1 = "macro_f1"
    }
  }
}
