import Evaluation
import Foundation
import Kernels
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@testable import Training

/// A way to train, and its name in the report of tests.
struct Way: Sendable, CustomTestStringConvertible {
  let optimiser: OptimiserConfiguration.Name
  let sharp, averaged, plateau, balanced: Bool

  var testDescription: String {
    [
      optimiser.rawValue, sharp ? "SAM" : nil, averaged ? "EMA" : nil,
      plateau ? "plateau" : "one-cycle", balanced ? "balanced" : nil,
    ].compactMap { $0 }.joined(separator: ", ")
  }

  static let all: [Way] = OptimiserConfiguration.Name.allCases.flatMap { optimiser in
    (0..<16).map {
      Way(
        optimiser: optimiser, sharp: $0 & 1 > 0, averaged: $0 & 2 > 0, plateau: $0 & 4 > 0,
        balanced: $0 & 8 > 0)
    }
  }

  /// Everything that remembers is on, and clipping, rules, a schedule that moves momentum.
  func configuration() throws -> TrainingConfiguration {
    var rule = OptimiserConfiguration()
    rule.name = optimiser
    rule.learningRate = optimiser == .sgd ? 0.1 : 0.01
    rule.clipNorm = balanced ? 0.5 : 0
    rule.samRho = sharp ? 0.05 : 0
    rule.decayNormsAndBiases = !averaged
    rule.rateFactors = plateau ? ["0": 0.5] : [:]
    var schedule = ScheduleConfiguration()
    schedule.name = plateau ? .plateau : .oneCycle
    (schedule.patience, schedule.factor, schedule.cycleMomentum) = (0, 0.5, true)
    var averaging = AveragingConfiguration()
    averaging.emaDecay = averaged ? 0.9 : 0
    return try TrainingConfiguration(
      epochs: 4, batchSize: 24, seed: 9, labelSmoothing: 0.1, optimiser: rule, schedule: schedule,
      averaging: averaging, selectBy: balanced ? .loss : .balancedAccuracy,
      sampling: balanced ? .balanced : .shuffled)
  }
}

private func model() throws -> Sequential {
  try Sequential(
    [
      LayerSpecification("dense", ["units": 24]), LayerSpecification("batch_norm"),
      LayerSpecification("relu"), LayerSpecification("dropout", ["rate": 0.1]),
      LayerSpecification("dense", ["units": 2]),
    ], input: [2], random: RandomStream(seed: 3))
}

/// Trains in a folder from whatever state it holds, at most so many steps.
private func train(
  _ configuration: TrainingConfiguration, in folder: RunFolder, steps: Int = .max
) throws -> TrainingOutcome {
  var state = try configuration.initialState(for: try model())
  _ = try folder.restore(&state)
  var left = steps
  let trainer = Trainer(
    configuration, examples: SpiralSource(count: 200), selection: SpiralSource(count: 100, seed: 2))
  return try trainer.run(
    &state, callbacks: [folder],
    shouldStop: {
      left -= 1
      return left <= 0
    })
}

private func bytes(_ folder: RunFolder) throws -> [Data] {
  try [folder.bestWeights, folder.lastWeights, folder.state].map { try Data(contentsOf: $0) }
}

private func withFolders(_ body: (_ whole: RunFolder, _ other: RunFolder) throws -> Void) throws {
  try withTemporaryFolder { temporary in
    try body(
      RunFolder(temporary.appendingPathComponent("whole")),
      RunFolder(temporary.appendingPathComponent("other")))
  }
}

@Suite("Resuming", .serialized) struct ResumeTests {
  @Test("stopped in mid-epoch, every way to train goes on bit for bit", arguments: Way.all)
  func resume(way: Way) throws {
    try withFolders { whole, broken in
      let configuration = try way.configuration()
      #expect(try train(configuration, in: whole) == .completed)
      // Nine steps an epoch: in the middle of the second, and of the third.
      #expect(try train(configuration, in: broken, steps: 15) == .paused)
      #expect(try train(configuration, in: broken, steps: 7) == .paused)
      #expect(try train(configuration, in: broken) == .completed)
      #expect(try bytes(whole) == bytes(broken))
    }
  }

  @Test("the number of workers changes nothing, with everything on") func workers() throws {
    try withFolders { one, many in
      let way = Way(optimiser: .adamw, sharp: true, averaged: true, plateau: true, balanced: true)
      let before = Workers.count
      defer { Workers.count = before }
      for (count, folder) in [(1, one), (3, many)] {
        Workers.count = count
        _ = try train(try way.configuration(), in: folder)
      }
      #expect(try bytes(one) == bytes(many))
    }
  }

  @Test("averaged weights are judged and kept, the raw ones go on in the state") func averages()
    throws
  {
    try withFolders { raw, averaged in
      let plain = Way(
        optimiser: .sgd, sharp: false, averaged: false, plateau: false, balanced: false)
      var configuration = try plain.configuration()
      _ = try train(configuration, in: raw)
      configuration.averaging.emaDecay = 0.9
      _ = try train(configuration, in: averaged)
      func tensors(_ url: URL, _ prefix: String = "") throws -> [String: [Float]] {
        let named = try SafeTensors.read(url).tensors.filter { $0.name.hasPrefix(prefix) }
        return Dictionary(
          uniqueKeysWithValues: named.map {
            (String($0.name.dropFirst(prefix.count)), $0.tensor.elements)
          })
      }
      #expect(try tensors(raw.state, "model.") == tensors(averaged.state, "model."))
      #expect(try tensors(raw.lastWeights) == tensors(raw.state, "model."))
      #expect(try tensors(averaged.lastWeights) == tensors(averaged.state, "average."))
      #expect(try tensors(averaged.lastWeights) != tensors(raw.lastWeights))
      // What the last row says is true of the weights that are kept.
      var kept = try model()
      try kept.load(SafeTensors.read(averaged.lastWeights).tensors, file: "last")
      let source = SpiralSource(count: 100, seed: 2)
      let judgement = try Judgement(
        logits: logits(of: kept, on: source), labels: source.labels, classes: source.classes)
      let rows = try EpochRecord.parse(
        csv: String(contentsOf: averaged.results, encoding: .utf8), file: "results.csv")
      expectClose([rows[3].selectLoss], [judgement.loss], absolute: 1e-6)
      #expect(rows[3].selectBalancedAccuracy == judgement.metrics.balancedAccuracy)
    }
  }

  @Test("a run that gets no better ends early, and is over also when it is taken up again")
  func early() throws {
    try withFolders { folder, broken in
      let plain = Way(
        optimiser: .adam, sharp: false, averaged: false, plateau: false, balanced: false)
      var configuration = try plain.configuration()
      configuration.epochs = 50
      configuration.earlyStopping.patience = 2
      configuration.earlyStopping.minDelta = 1
      #expect(try train(configuration, in: folder) == .stoppedEarly)
      let left = try bytes(folder)
      let rows = try String(contentsOf: folder.results, encoding: .utf8).split(separator: "\n")
      #expect(rows.count == 1 + 3)
      #expect(try train(configuration, in: folder) == .stoppedEarly)
      #expect(try bytes(folder) == left)
      #expect(try train(configuration, in: broken, steps: 22) == .paused)
      #expect(try train(configuration, in: broken) == .stoppedEarly)
      #expect(try bytes(broken) == left)
    }
  }

  @Test("a state of other settings is refused by name; one from before goes on") func older() throws
  {
    try withFolders { folder, other in
      let sgd = Way(
        optimiser: .sgd, sharp: false, averaged: false, plateau: false, balanced: false)
      let adam = Way(
        optimiser: .adam, sharp: false, averaged: false, plateau: false, balanced: false)
      let averaged = Way(
        optimiser: .sgd, sharp: false, averaged: true, plateau: false, balanced: false)
      _ = try train(try sgd.configuration(), in: folder, steps: 10)
      _ = try train(try averaged.configuration(), in: other, steps: 10)
      for (way, folder, word) in [
        (adam, folder, "optimiser.steps"), (averaged, folder, "averaged weights"),
        (sgd, other, "average."),
      ] {
        #expect {
          _ = try train(try way.configuration(), in: folder)
        } throws: { error in
          "\(error)".contains(word) && "\(error)".contains("config.json")
        }
      }
      // results.csv as it was before the balanced accuracy was kept.
      let text = try String(contentsOf: folder.results, encoding: .utf8)
      let rows = text.split(separator: "\n").map {
        $0.split(separator: ",").dropLast().joined(separator: ",")
      }
      try Data((rows.joined(separator: "\n") + "\n").utf8).write(to: folder.results)
      #expect(try train(try sgd.configuration(), in: folder) == .completed)
      let records = try EpochRecord.parse(
        csv: String(contentsOf: folder.results, encoding: .utf8), file: "results.csv")
      #expect(records.count == 4 && records[0].selectBalancedAccuracy == nil)
      #expect(records[3].selectBalancedAccuracy != nil)
    }
  }
}
