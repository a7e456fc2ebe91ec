import Foundation
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@testable import Training

/// A small network trained by PyTorch; the values stand with those of the layers, beside
/// `make_golden.py` that made them.
private struct Golden: Decodable {
  struct Named: Decodable {
    let shape: [Int]
    let values: [Float]
  }
  struct Settings: Decodable {
    let learning_rate, momentum, weight_decay: Float
    let nesterov: Bool
  }
  struct Batch: Decodable {
    let inputs: [Float]
    let labels: [Int]
  }
  let settings: Settings
  let input: Shape
  let layers: [LayerSpecification]
  let initial, final: [String: Named]
  let batches: [Batch]
  let losses: [Double]
  let final_logits: Named

  static func load() throws -> Golden {
    let file = Project.root.appendingPathComponent(
      "Tests/NeuralNetworkTests/Golden/training.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
  }
}

@Suite("Training against PyTorch") struct PyTorchTrainingTests {
  @Test(
    "20 steps of SGD give the same losses, weights and answers", arguments: [false, true])
  func training(byPlan: Bool) throws {
    let golden = try Golden.load()
    var model = try Sequential(golden.layers, input: golden.input, random: RandomStream(seed: 1))
    try model.load(
      golden.initial.map { NamedTensor($0.key, Tensor(Shape($0.value.shape), $0.value.values)) },
      file: "training.json")
    let settings = golden.settings
    var sgd = SGD(
      momentum: settings.momentum, nesterov: settings.nesterov,
      weightDecay: settings.weight_decay, for: model)
    var losses: [Double] = []
    var last = Tensor([0])
    let plan = try TrainingPlan(
      model, input: golden.input, batchSize: golden.batches[0].labels.count)
    for batch in golden.batches {
      last = Tensor(golden.input.prepending(batch.labels.count), batch.inputs)
      if byPlan {
        losses.append(
          plan.step(
            &model, inputs: last, labels: batch.labels, random: RandomStream(seed: 1)))
        sgd.update(
          &model, gradients: plan.gradients, learningRate: settings.learning_rate)
        plan.commit(to: &model)
        continue
      }
      let (logits, cache) = model.forward(last, .training(RandomStream(seed: 1)))
      let (loss, dLogits) = CrossEntropy().evaluate(logits, labels: batch.labels)
      losses.append(loss)
      sgd.update(
        &model, gradients: model.backward(dLogits, cache).parameters,
        learningRate: settings.learning_rate)
      model.commit(cache)
    }
    #expect(golden.losses.count == 20)
    expectClose(losses, golden.losses, absolute: 1e-4, "losses")
    for named in model.namedTensors() {
      expectClose(
        named.tensor.elements, golden.final[named.name]?.values ?? [], absolute: 1e-4, named.name)
    }
    expectClose(
      model.predict(last).elements, golden.final_logits.values, absolute: 2e-4, "final logits")
  }
}
