import Foundation
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@testable import Training

/// A small network, the same batches again and again, and its weights after 100 steps of several
/// settings; `Golden/make_optimisers.py` made them.
struct GoldenNetwork: Decodable {
  struct Named: Decodable {
    let shape: [Int]
    let values: [Float]
  }
  struct Batch: Decodable {
    let inputs: [Float]
    let labels: [Int]
  }
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let settings: JSONValue
    let cycle: Bool
    let losses: [Double]
    let final: [String: Named]

    /// The settings over the defaults.
    var optimiser: OptimiserConfiguration {
      get throws {
        let defaults = try JSONDecoder().decode(
          JSONValue.self, from: JSONEncoder().encode(OptimiserConfiguration()))
        return try JSONDecoder().decode(
          OptimiserConfiguration.self,
          from: JSONEncoder().encode(defaults.overlaid(with: settings)))
      }
    }

    var testDescription: String { "\(settings) \(cycle ? "one-cycle" : "")" }
  }
  let input: Shape
  let layers: [LayerSpecification]
  let initial: [String: Named]
  let steps: Int
  let batches: [Batch]
  let cases: [Case]

  static func url(_ name: String) -> URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/\(name)")
  }

  static func load(_ name: String) throws -> GoldenNetwork {
    try JSONDecoder().decode(GoldenNetwork.self, from: Data(contentsOf: url(name)))
  }

  func model() throws -> Sequential {
    var model = try Sequential(layers, input: input, random: RandomStream(seed: 1))
    try model.load(
      initial.map { NamedTensor($0.key, Tensor(Shape($0.value.shape), $0.value.values)) },
      file: "golden")
    return model
  }

  /// The losses of all steps, and the network after them.
  func train(_ golden: Case) throws -> (losses: [Double], model: Sequential) {
    var model = try model()
    let configuration = try golden.optimiser
    var optimiser = try configuration.make(for: model)
    var descent = Descent(configuration, for: model)
    var schedule = ScheduleConfiguration()
    schedule.name = golden.cycle ? .oneCycle : .constant
    schedule.warmupEpochs = 0
    schedule.cycleMomentum = true
    let plan = try TrainingPlan(model, input: input, batchSize: batches[0].labels.count)
    var losses: [Double] = []
    for step in 0..<steps {
      let batch = batches[step % batches.count]
      let inputs = Tensor(input.prepending(batch.labels.count), batch.inputs)
      let rate = schedule.factor(step: step, stepsPerEpoch: steps, epochs: 1)
      try descent.step(
        &model, &optimiser, plan,
        OptimiserStep(
          learningRate: rate * Double(configuration.learningRate),
          momentum: schedule.momentum(step: step, stepsPerEpoch: steps, epochs: 1))
      ) {
        plan.step(&$0, inputs: inputs, labels: batch.labels, random: RandomStream(seed: 1))
      } didEvaluate: {
        losses.append($0)
      }
    }
    return (losses, model)
  }
}
