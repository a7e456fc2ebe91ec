internal import Datasets
internal import Foundation
internal import Kernels
internal import Mien
internal import NeuralNetwork
internal import TensorCore
internal import Training

/// Does a network learn through the fast convolutions what it learns with all of them by columns?
///
/// The two differ in rounding, and training carries rounding on and enlarges it. So beside the two
/// there is a third run, by columns again, whose first weights differ in their last bit: what it
/// strays by is what any two ways of rounding may stray by.
struct PathsComparison {
  private let data: String
  private let dataset: PreparedDataset

  init(data: String) throws {
    self.data = data
    dataset = try PreparedDataset(at: URL(fileURLWithPath: data))
  }

  /// The paths.
  private enum Path: String, CaseIterable {
    case columns, fast
    case lastBit = "columns, last bits changed"
  }

  /// Tells, line by line, of 200 losses at several rates, and of the accuracy after some epochs.
  func run(epochs: Int, say: (String) -> Void) throws {
    say("vgg10 on \(data), batch 128, seed 1: the largest relative distance of a loss from that by")
    say("columns, over the first 50, 100 and 200 steps")
    for rate: Float in [0.01, 0.001, 0.0001, 0.00001] {
      let columns = try losses(.columns, rate: rate)
      for path in [Path.fast, .lastBit] {
        let distances = zip(try losses(path, rate: rate), columns).map { abs($0 - $1) / $1 }
        let text = [50, 100, 200].map { distances.prefix($0).max() ?? .nan }
          .map { String(format: "%8.1e", $0) }.joined(separator: "  ")
        say(
          "rate \(rate)  \(path.rawValue.padding(toLength: 28, withPad: " ", startingAt: 0))\(text)"
        )
      }
    }
    guard epochs > 0 else { return }
    for path in [Path.columns, .fast] {
      let accuracies = try [1, 2].map { try accuracy(path, epochs: epochs, seed: $0) }
      let mean = accuracies.reduce(0, +) / Double(accuracies.count)
      let text = (accuracies + [mean]).map { String(format: "%.2f %%", 100 * $0) }
      say(
        "\(path.rawValue), \(epochs) epochs: \(text[0]) with seed 1, \(text[1]) with seed 2, mean "
          + text[2])
    }
  }

  private func losses(_ path: Path, rate: Float) throws -> [Double] {
    var configuration = RunConfiguration()
    configuration.optimiser.learningRate = rate
    let log = LossLog()
    _ = try train(path, configuration, callbacks: [log]) { log.losses.count >= 200 }
    return log.losses
  }

  /// The best epoch's accuracy on PublicTest.
  private func accuracy(_ path: Path, epochs: Int, seed: UInt64) throws -> Double {
    var configuration = RunConfiguration()
    (configuration.epochs, configuration.seed) = (epochs, seed)
    return try train(path, configuration).best?.selectAccuracy ?? .nan
  }

  /// The training that `mien train` does, in memory.
  private func train(
    _ path: Path, _ configuration: RunConfiguration, callbacks: [any TrainingCallback] = [],
    until shouldStop: () -> Bool = { false }
  ) throws -> TrainingState {
    ConvolutionAlgorithm.isPlain = path != .fast
    defer { ConvolutionAlgorithm.isPlain = false }
    let manifest = dataset.manifest
    func rows(_ split: String) throws -> [Int] {
      try dataset.rows(ofSplit: split, at: data, for: "compare on")
    }
    var model = try configuration.model.build(
      input: manifest.shape, classes: manifest.classes.count,
      random: RandomStream(seed: configuration.seed).substream("weights"))
    if path == .lastBit {
      model.forEachParameter { _, weight in
        let count = weight.count
        weight.write { for index in 0..<count { $0[index] = $0[index].nextUp } }
      }
    }
    var state = TrainingState(model: model, optimiser: try configuration.optimiser.make(for: model))
    let trainer = Trainer(
      try configuration.training(),
      examples: dataset.source(
        rows: try rows("Training"), normalisation: manifest.normalisation,
        augmentation: configuration.augmentation),
      selection: dataset.source(rows: try rows("PublicTest"), normalisation: manifest.normalisation)
    )
    _ = try trainer.run(&state, callbacks: callbacks, shouldStop: shouldStop)
    return state
  }
}

/// The losses of every step.
private final class LossLog: TrainingCallback {
  private(set) var losses: [Double] = []

  func stepDidEnd(_ state: TrainingState, _ step: StepReport) { losses.append(step.loss) }
}
