import Foundation
import Kernels
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@testable import Training

/// A small network with everything that could remember something: batch norm and dropout.
private func freshState(learningRate: Float = 0.2) throws -> TrainingState {
  let model = try Sequential(
    [
      LayerSpecification("dense", ["units": 24]), LayerSpecification("batch_norm"),
      LayerSpecification("relu"), LayerSpecification("dropout", ["rate": 0.1]),
      LayerSpecification("dense", ["units": 2]),
    ], input: [2], random: RandomStream(seed: 3))
  return TrainingState(
    model: model,
    optimiser: SGD(momentum: 0.9, nesterov: true, weightDecay: 1e-4, for: model))
}

private func trainer(epochs: Int = 4, learningRate: Float = 0.1) throws -> Trainer {
  var optimiser = OptimiserConfiguration()
  optimiser.learningRate = learningRate
  return Trainer(
    try TrainingConfiguration(epochs: epochs, batchSize: 24, seed: 9, optimiser: optimiser),
    examples: SpiralSource(count: 200), selection: SpiralSource(count: 100, seed: 2))
}

/// Asks the run to stop after so many steps.
private final class StopAfter {
  var steps: Int
  init(_ steps: Int) { self.steps = steps }
  func callAsFunction() -> Bool {
    steps -= 1
    return steps <= 0
  }
}

/// `shouldStop` is asked after each of nine steps, and once more after the epoch.
private let questionsPerEpoch = 10

private func bytes(_ folder: RunFolder) throws -> [Data] {
  try [folder.bestWeights, folder.lastWeights, folder.state].map { try Data(contentsOf: $0) }
}

/// `results.csv` without the columns of time.
private func results(_ folder: RunFolder) throws -> [[Substring]] {
  let rows = try String(contentsOf: folder.results, encoding: .utf8).split(separator: "\n")
    .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
  let kept = rows[0].indices.filter { !["seconds", "images_per_second"].contains(rows[0][$0]) }
  return rows.map { row in kept.map { row[$0] } }
}

@Suite("Trainer", .serialized) struct TrainerTests {
  @Test("learns two spirals") func learns() throws {
    var state = try freshState()
    #expect(try trainer(epochs: 60).run(&state) == .completed)
    #expect(state.history.count == 60)
    #expect(try #require(state.best).selectAccuracy >= 0.95)
    #expect(state.history[59].trainLoss < state.history[0].trainLoss)
  }

  @Test("a run stopped after any step goes on bit for bit", arguments: [1, 5, 9, 10, 18, 20, 27])
  func resume(stop: Int) throws {
    try withTemporaryFolder { temporary in
      let whole = RunFolder(temporary.appendingPathComponent("whole"))
      var state = try freshState()
      #expect(try trainer().run(&state, callbacks: [whole]) == .completed)

      let broken = RunFolder(temporary.appendingPathComponent("broken"))
      state = try freshState()
      let stopper = StopAfter(stop)
      #expect(
        try trainer().run(&state, callbacks: [broken], shouldStop: { stopper() }) == .paused)
      state = try freshState()
      #expect(try broken.restore(&state))
      #expect(try trainer().run(&state, callbacks: [broken]) == .completed)

      #expect(try bytes(whole) == bytes(broken))
      #expect(try results(whole) == results(broken))
    }
  }

  @Test(
    "a callback that asks to stop is obeyed, and the run goes on bit for bit", arguments: [4, 9])
  func stoppedByCallback(steps: Int) throws {
    final class Stopper: TrainingCallback {
      var (left, pauses) = (0, 0)
      init(_ steps: Int) { left = steps }
      func stepDidEnd(_ state: TrainingState, _ step: StepReport) { left -= 1 }
      func runWillPause(_ state: TrainingState) { pauses += 1 }
      func shouldStop(_ state: TrainingState) -> Bool { left == 0 }
    }
    try withTemporaryFolder { temporary in
      let (whole, broken) = (
        RunFolder(temporary.appendingPathComponent("whole")),
        RunFolder(temporary.appendingPathComponent("broken"))
      )
      var state = try freshState()
      #expect(try trainer().run(&state, callbacks: [whole]) == .completed)
      state = try freshState()
      let stopper = Stopper(steps)
      #expect(try trainer().run(&state, callbacks: [stopper, broken]) == .paused)
      // Nine steps are a whole epoch, which is saved as one.
      #expect(state.epoch == steps / 9 && state.step == steps % 9)
      #expect(stopper.pauses == (steps == 9 ? 0 : 1))
      #expect(try trainer().run(&state, callbacks: [broken]) == .completed)
      #expect(try bytes(whole) == bytes(broken))
    }
  }

  @Test("a kill between two files of a save loses nothing") func killedWhileSaving() throws {
    try withTemporaryFolder { temporary in
      let whole = RunFolder(temporary.appendingPathComponent("whole"))
      var state = try freshState()
      _ = try trainer().run(&state, callbacks: [whole])

      // The worst case: everything of epoch 3 is written but its state, which is epoch 2's.
      let killed = RunFolder(temporary.appendingPathComponent("killed"))
      state = try freshState()
      let stopper = StopAfter(2 * questionsPerEpoch)
      _ = try trainer().run(&state, callbacks: [killed], shouldStop: { stopper() })
      let old = try Data(contentsOf: killed.state)
      let third = StopAfter(questionsPerEpoch)
      _ = try trainer().run(&state, callbacks: [killed], shouldStop: { third() })
      try old.write(to: killed.state)

      state = try freshState()
      #expect(try killed.restore(&state))
      #expect(state.epoch == 2)
      _ = try trainer().run(&state, callbacks: [killed])
      #expect(try bytes(whole) == bytes(killed))
      #expect(try results(whole) == results(killed))
    }
  }

  @Test("the number of workers changes nothing", arguments: [2, 3, 8])
  func workers(count: Int) throws {
    try withTemporaryFolder { temporary in
      let before = Workers.count
      defer { Workers.count = before }
      let folders = try [1, count].map { workers in
        Workers.count = workers
        let folder = RunFolder(temporary.appendingPathComponent("\(workers)"))
        var state = try freshState()
        _ = try trainer(epochs: 2).run(&state, callbacks: [folder])
        return folder
      }
      #expect(try bytes(folders[0]) == bytes(folders[1]))
    }
  }

  @Test("a loss that is no number stops the run and keeps the last good state")
  func divergence() throws {
    try withTemporaryFolder { temporary in
      let folder = RunFolder(temporary)
      var state = try freshState()
      let stopper = StopAfter(9)
      _ = try trainer().run(&state, callbacks: [folder], shouldStop: { stopper() })
      let good = try bytes(folder)
      #expect {
        _ = try trainer(learningRate: 1e30).run(&state, callbacks: [folder])
      } throws: { error in
        "\(error)".contains("epoch 2, batch") && (error as? TrainingError)?.kind == .badData
      }
      #expect(try bytes(folder) == good)
    }
  }

  @Test("a damaged state is refused by name") func damagedState() throws {
    try withTemporaryFolder { temporary in
      let folder = RunFolder(temporary)
      var state = try freshState()
      let stopper = StopAfter(9)
      _ = try trainer().run(&state, callbacks: [folder], shouldStop: { stopper() })
      let whole = try Data(contentsOf: folder.state)
      try whole.prefix(whole.count - 5).write(to: folder.state)
      var fresh = try freshState()
      #expect { _ = try folder.restore(&fresh) } throws: { "\($0)".contains("state.safetensors") }
      try whole.write(to: folder.state)
      try Data("epoch,loss\n1,2\n".utf8).write(to: folder.results)
      #expect { _ = try folder.restore(&fresh) } throws: { "\($0)".contains("results.csv") }
    }
  }
}
