import TensorCore
import TestSupport
import Testing

@testable import NeuralNetwork

@Suite("Frozen batch norm") struct FrozenStatisticsTests {
  /// Batch norm behind a convolution, on its own, and in a residual block; all have statistics.
  private func model() throws -> Sequential {
    let norm: JSONValue = .object(["layer": "batch_norm"])
    var model = try Sequential(
      [
        LayerSpecification("conv2d", ["filters": 4, "kernel": 3, "padding": 1]),
        LayerSpecification("batch_norm"), LayerSpecification("relu"),
        LayerSpecification("max_pool2d", ["size": 2]),
        LayerSpecification(
          "residual",
          [
            "body": .array([
              .object(["layer": "conv2d", "filters": 4, "kernel": 3, "padding": 1]), norm,
            ])
          ]),
        LayerSpecification("batch_norm"), LayerSpecification("flatten"),
        LayerSpecification("dense", ["units": 3]),
      ], input: [6, 6, 1], random: RandomStream(seed: 1))
    var random = RandomStream(seed: 2)
    model.forEachBuffer { _, tensor in
      tensor = Tensor(tensor.shape, tensor.elements.map { _ in random.uniform(0.3, 2) })
    }
    return model
  }

  private let x = randomTensor([5, 6, 6, 1], seed: 3)
  private let labels = [0, 2, 1, 1, 0]

  private func buffers(_ model: Sequential) -> [String: [Float]] {
    var (model, result) = (model, [String: [Float]]())
    model.forEachBuffer { result[$0] = $1.elements }
    return result
  }

  @Test("frozen everywhere, training sees what inference sees, and statistics stay")
  func asInference() throws {
    var model = try model()
    let before = buffers(model)
    #expect(before.count == 6)
    model.freezeStatistics { _ in true }
    let (y, cache) = model.forward(x, .training(RandomStream(seed: 1)))
    #expect(y == model.predict(x))
    model.commit(cache)
    #expect(buffers(model) == before)
    // And an unfrozen one does not.
    model.freezeStatistics { _ in false }
    #expect(model.forward(x, .training(RandomStream(seed: 1))).output != model.predict(x))
  }

  @Test("a plan does the same as the layers", arguments: ["", "1", "4", "5", "none"])
  func plan(prefix: String) throws {
    var layered = try model()
    layered.freezeStatistics { prefix.isEmpty || $0.hasPrefix(prefix + ".") }
    var planned = layered
    let random = RandomStream(seed: 1)
    let (logits, cache) = layered.forward(x, .training(random))
    let (loss, dLogits) = CrossEntropy().evaluate(logits, labels: labels)
    let gradients = layered.backward(dLogits, cache).parameters
    layered.commit(cache)

    let plan = try TrainingPlan(planned, input: [6, 6, 1], batchSize: 5)
    let planLoss = plan.step(&planned, inputs: x, labels: labels, random: random)
    plan.commit(to: &planned)
    expectClose([planLoss], [loss], absolute: 1e-5)
    #expect(plan.gradients.count == gradients.count)
    for (index, gradient) in gradients.enumerated() {
      expectClose(
        plan.gradients[index].elements, gradient.elements, relative: 1e-4, absolute: 1e-5,
        "parameter \(index)")
    }
    let (a, b) = (buffers(layered), buffers(planned))
    for (name, value) in a {
      expectClose(b[name] ?? [], value, relative: 1e-5, absolute: 1e-6, name)
    }
  }

  @Test("its gradients are those of finite differences", arguments: [true, false])
  func gradient(isFrozen: Bool) throws {
    var norm = BatchNorm(channels: 2)
    norm.runningMean = Tensor([2], [0.5, -1])
    norm.runningVariance = Tensor([2], [2, 0.5])
    norm.freezeStatistics { _ in isFrozen }
    try expectLayerContract(norm, input: [3, 2])
  }
}
