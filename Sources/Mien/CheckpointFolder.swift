public import Foundation
public import NeuralNetwork
internal import TensorCore
internal import Training

extension Checkpoint {
  /// Leaves a network as a checkpoint that `Checkpoint(at:)` and `mien --checkpoint` take: a folder
  /// with `model.safetensors` and `config.json`. For networks that were not trained by `TrainingRun`.
  ///
  /// Gives the checkpoint, read back from its files. Throws `FileError.cannotWrite`, `ModelError`
  /// where the network does not fit the inputs and classes, and `RunError.unsuited` for the folder of
  /// a run, where other weights would be found first.
  ///
  /// - Parameters:
  ///   - model: a network of layers that the registry knows, ending in one logit a class.
  ///   - input: what it takes, and how that is normalised.
  ///   - classes: their names in the order of the logits.
  ///   - temperature: what its logits are divided by; nil for 1.
  ///   - folder: where; files of these names are replaced.
  @discardableResult
  public static func write(
    _ model: Sequential, input: InputConfiguration, classes: [String], temperature: Double? = nil,
    to folder: URL
  ) throws -> Checkpoint {
    try refuseRunFolder(folder)
    var configuration = RunConfiguration()
    configuration.model = .layers(model.layers.map { $0.specification })
    configuration.input = input
    configuration.classes = classes
    configuration.temperature = temperature
    // Before anything is written: whether the files could be read again.
    var again = try configuration.model.build(
      input: input.shape, classes: classes.count, random: RandomStream(seed: 0))
    try again.load(model.namedTensors(), file: folder.path)
    try createFolder(folder)
    let place = RunFolder(folder)
    try SafeTensors.write(model.namedTensors(), to: place.releasedWeights)
    try writeAtomically(configuration.encoded(), to: place.configuration)
    return try Checkpoint(at: folder)
  }

  /// Throws `RunError.unsuited` for the folder of a run, where other weights than `model.safetensors`
  /// would be found first.
  static func refuseRunFolder(_ folder: URL) throws {
    guard !RunFolder(folder).hasBest else {
      throw RunError.unsuited(
        checkpoint: folder.path,
        problem: "it is the folder of a run, whose best.safetensors would be found first",
        remedy: "choose another folder")
    }
  }
}
