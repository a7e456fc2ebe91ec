public import Foundation
internal import NeuralNetwork
internal import TensorCore

/// The folder a run leaves: settings, results, weights, and the state from which it goes on.
///
/// Each file is replaced whole. `state.safetensors` is written last and is the authority: after a
/// kill at any moment the run goes on from it, and what newer files may say is written again.
public struct RunFolder: Sendable {
  /// Where it is.
  public let url: URL

  /// A run folder, there or yet to be made.
  public init(_ url: URL) { self.url = url }

  /// The whole configuration of the run.
  public var configuration: URL { url.appendingPathComponent("config.json") }
  /// One row an epoch.
  public var results: URL { url.appendingPathComponent("results.csv") }
  /// The weights of the best epoch by the choosing metric; the averaged ones where there are.
  public var bestWeights: URL { url.appendingPathComponent("best.safetensors") }
  /// The weights after the last whole epoch; the averaged ones where there are.
  public var lastWeights: URL { url.appendingPathComponent("last.safetensors") }
  /// What `--resume` needs.
  public var state: URL { url.appendingPathComponent("state.safetensors") }
  /// The weights of a checkpoint that is passed on without its run.
  public var releasedWeights: URL { url.appendingPathComponent("model.safetensors") }
  /// The run of a fold, from 1, where the folder is a cross-validation's.
  public func fold(_ number: Int) -> RunFolder { RunFolder(file("fold-\(number)")) }
  /// A file of another name in the folder.
  public func file(_ name: String) -> URL { url.appendingPathComponent(name) }

  /// What is known of the epochs that are done; none where there is no `results.csv`. Throws
  /// `FileError` and `TrainingError.badState`.
  public func history() throws -> [EpochRecord] {
    guard hasResults else { return [] }
    let text = try readFile(results, expected: "the run's results")
    return try EpochRecord.parse(csv: String(decoding: text, as: UTF8.self), file: results.path)
  }

  /// Whether a run has begun here.
  public var holdsRun: Bool { FileManager.default.fileExists(atPath: configuration.path) }
  /// Whether an epoch is done here.
  public var hasResults: Bool { FileManager.default.fileExists(atPath: results.path) }
  /// Whether a run has left the weights of its best epoch here.
  public var hasBest: Bool { FileManager.default.fileExists(atPath: bestWeights.path) }
  /// Whether the weights of a checkpoint that was passed on without its run lie here.
  public var holdsRelease: Bool { FileManager.default.fileExists(atPath: releasedWeights.path) }
  /// Whether folds of a cross-validation lie here.
  public var holdsFolds: Bool { FileManager.default.fileExists(atPath: fold(1).url.path) }

  /// Writes weights, results and state after a whole epoch.
  public func save(_ state: TrainingState) throws {
    if state.best?.epoch == state.epoch { try saveWeights(state, to: bestWeights) }
    try saveWeights(state, to: lastWeights)
    try writeAtomically(EpochRecord.csv(state.history).utf8, to: results)
    try saveState(state)
  }

  private func saveWeights(_ state: TrainingState, to url: URL) throws {
    try SafeTensors.write(
      state.judgedModel.namedTensors(), metadata: ["epoch": String(state.epoch)], to: url)
  }

  /// Writes the state alone, in mid-epoch.
  public func saveState(_ state: TrainingState) throws {
    var optimiser = state.optimiser
    var tensors = state.model.namedTensors(prefix: "model.")
    optimiser.forEachState { tensors.append(NamedTensor("optimiser.\($0)", $1)) }
    tensors += state.average?.model.namedTensors(prefix: "average.") ?? []
    try SafeTensors.write(tensors, metadata: Progress(state).metadata, to: self.state)
  }

  /// Puts back the saved state into a fresh one of the same model and optimiser; false where
  /// nothing has been saved yet. Throws `TrainingError.badState` and `ModelError.badWeights`.
  public func restore(_ state: inout TrainingState) throws -> Bool {
    guard FileManager.default.fileExists(atPath: self.state.path) else { return false }
    let file = self.state.path
    let saved = try SafeTensors.read(self.state)
    let progress = try Progress(saved.metadata, file: file)
    try state.model.load(saved.tensors, prefix: "model.", file: file)
    var found: [String: Tensor] = [:]
    for named in saved.tensors where !named.name.hasPrefix("model.") {
      found[named.name] = named.tensor
    }
    func bad(_ problem: String) -> TrainingError {
      .badState(
        file: file, problem: problem,
        remedy: "resume with the config.json that the run was started with")
    }
    try state.optimiser.forEachState { name, tensor in
      let name = "optimiser.\(name)"
      guard let value = found.removeValue(forKey: name), value.shape == tensor.shape else {
        throw bad("tensor \(name) of shape \(tensor.shape) is missing")
      }
      tensor = value
    }
    let averaged = found.keys.filter { $0.hasPrefix("average.") }
    if state.average != nil {
      guard !averaged.isEmpty else {
        throw bad("it has no averaged weights, and averaging.ema_decay asks for them")
      }
      try state.average?.model.load(saved.tensors, prefix: "average.", file: file)
      for name in averaged { found[name] = nil }
    }
    if let extra = found.keys.min() {
      throw bad("tensor \(extra) belongs to another optimiser, or to averaging that is not on")
    }
    let rows =
      progress.epoch == 0
      ? []
      : try EpochRecord.parse(
        csv: String(decoding: readFile(results, expected: "the run's results"), as: UTF8.self),
        file: results.path)
    let history = Array(rows.prefix(progress.epoch))
    guard history.map(\.epoch) == (0..<progress.epoch).map({ $0 + 1 }) else {
      throw TrainingError.badState(
        file: results.path, problem: "\(rows.count) epochs, the state has \(progress.epoch)",
        remedy: "restore the file, or start a new run")
    }
    state.history = history
    state.epoch = progress.epoch
    state.step = progress.step
    state.running = progress.running
    return true
  }
}

/// Saves a run as it goes.
extension RunFolder: TrainingCallback {
  /// Saves everything.
  public func epochDidEnd(_ state: TrainingState) throws { try save(state) }
  /// Saves the state.
  public func runWillPause(_ state: TrainingState) throws { try saveState(state) }
}

/// The counters of a state as safetensors metadata; the sum is kept as its bits, so that it comes
/// back exactly.
private struct Progress {
  var epoch: Int
  var step: Int
  var running: RunningLoss

  init(_ state: TrainingState) {
    (epoch, step, running) = (state.epoch, state.step, state.running)
  }

  var metadata: [String: String] {
    [
      "epoch": String(epoch), "step": String(step), "examples": String(running.examples),
      "correct": String(running.correct),
      "loss_sum_bits": String(running.lossSum.bitPattern, radix: 16),
    ]
  }

  init(_ metadata: [String: String], file: String) throws {
    func number(_ key: String) throws -> Int {
      guard let text = metadata[key], let number = Int(text), number >= 0 else {
        throw TrainingError.badState(
          file: file, problem: "its \(key) is \(metadata[key] ?? "missing")",
          remedy: "it is no state of a run; start a new run")
      }
      return number
    }
    guard let bits = metadata["loss_sum_bits"].flatMap({ UInt64($0, radix: 16) }) else {
      throw TrainingError.badState(
        file: file, problem: "its loss_sum_bits are \(metadata["loss_sum_bits"] ?? "missing")",
        remedy: "it is no state of a run; start a new run")
    }
    epoch = try number("epoch")
    step = try number("step")
    running = RunningLoss(
      examples: try number("examples"), correct: try number("correct"),
      lossSum: Double(bitPattern: bits))
  }
}
