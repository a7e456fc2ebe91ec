public import Foundation
public import NeuralNetwork
internal import TensorCore
internal import Training

/// A trained network with everything that an answer needs: what an input is, how it is normalised,
/// and what the classes are called.
public struct Checkpoint: Sendable {
  /// The file the weights came from.
  public let weights: URL
  /// The run's settings; `input` and `classes` are known.
  public let configuration: RunConfiguration
  /// What the network takes.
  public let input: InputConfiguration
  /// The classes in the order of the network's outputs.
  public let classes: [String]
  /// The network.
  public let model: Sequential
  /// What its logits are divided by before they become probabilities, where `mien calibrate` has
  /// fitted it; nil is 1.
  public let temperature: Double?

  /// Loads a run folder (its `best`), a folder with `model.safetensors` and `config.json`, or a
  /// `.safetensors` file with `config.json` beside it.
  ///
  /// Throws `RunError.noCheckpoint`, `RunError.badConfiguration` and `ModelError.badWeights`.
  public init(at url: URL) throws {
    weights = try Self.weightFile(at: url)
    let config = weights.deletingLastPathComponent().appendingPathComponent("config.json")
    guard FileManager.default.fileExists(atPath: config.path) else {
      throw RunError.noCheckpoint(
        path: weights.path, problem: "there is no config.json beside it")
    }
    configuration = try RunConfiguration(contentsOf: config)
    guard let input = configuration.input, let classes = configuration.classes else {
      throw RunError.badConfiguration(
        origin: config.path,
        problem: "no \"input\" or \"classes\": it is a recipe, not a checkpoint")
    }
    try input.validate()
    self.input = input
    self.classes = classes
    var model = try configuration.model.build(
      input: input.shape, classes: classes.count, random: RandomStream(seed: 0))
    try model.load(SafeTensors.read(weights).tensors, prefix: "", file: weights.path)
    self.model = model
    if let temperature = configuration.temperature {
      guard temperature > 0 && temperature.isFinite else {
        throw RunError.badConfiguration(
          origin: config.path,
          problem: "temperature is \(temperature), expected a number above 0")
      }
    }
    temperature = Self.isOwn(weights) ? configuration.temperature : nil
  }

  /// Whether a file holds the weights that its folder stands for. The settings beside it, and so the
  /// temperature, are theirs: not those of a run's last epoch.
  static func isOwn(_ weights: URL) -> Bool {
    let own = try? weightFile(at: weights.deletingLastPathComponent())
    return own == nil || own?.lastPathComponent == weights.lastPathComponent
  }

  /// The file of weights that a path stands for. Throws `RunError.noCheckpoint`.
  static func weightFile(at url: URL) throws -> URL {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw RunError.noCheckpoint(path: url.path, problem: "not found")
    }
    guard isFolder.boolValue else { return url }
    let folder = RunFolder(url)
    let files = [folder.bestWeights, folder.releasedWeights]
    if let file = files.first(where: { FileManager.default.fileExists(atPath: $0.path) }) {
      return file
    }
    throw RunError.noCheckpoint(
      path: url.path,
      problem: folder.holdsFolds
        ? "it holds the runs of several folds; name one, as \(url.lastPathComponent)/fold-1"
        : "it holds neither \(files.map(\.lastPathComponent).joined(separator: " nor ")) "
          + "(a run has one after its first epoch)")
  }
}
