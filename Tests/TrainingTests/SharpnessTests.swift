import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@testable import Training

private let layers: [LayerSpecification] = [
  LayerSpecification("dense", ["units": 16]), LayerSpecification("batch_norm"),
  LayerSpecification("relu"), LayerSpecification("dropout", ["rate": 0.5]),
  LayerSpecification("dense", ["units": 2]),
]

/// A model after one step, with the losses that it was asked for.
private func step(
  _ configuration: OptimiserConfiguration, learningRate: Double, scale: Float = 1
) throws -> (before: Sequential, after: Sequential, losses: [Double]) {
  var model = try Sequential(layers, input: [2], random: RandomStream(seed: 3))
  model.forEachParameter { _, weight in
    let count = weight.count
    weight.write { for i in 0..<count { $0[i] *= scale } }
  }
  let before = model
  var optimiser = try configuration.make(for: model)
  var descent = Descent(configuration, for: model)
  let plan = try TrainingPlan(model, input: [2], batchSize: 20)
  let batch = SpiralSource(count: 20).batch(Array(0..<20))
  var losses: [Double] = []
  try descent.step(&model, &optimiser, plan, OptimiserStep(learningRate: learningRate)) {
    losses.append(
      plan.step(
        &$0, inputs: batch.inputs, labels: batch.labels, random: RandomStream(seed: 5)))
    return losses[losses.count - 1]
  }
  return (before, model, losses)
}

private func bits(_ model: Sequential, _ names: (String) -> Bool = { _ in true }) -> [[UInt32]] {
  model.namedTensors().filter { names($0.name) }.map { $0.tensor.elements.map(\.bitPattern) }
}

@Suite("Sharpness-aware minimisation") struct SharpnessTests {
  private func configuration(rho: Float) -> OptimiserConfiguration {
    var configuration = OptimiserConfiguration()
    configuration.samRho = rho
    configuration.weightDecay = 0
    return configuration
  }

  @Test("climbs to a higher loss, and puts the weights back to the bit")
  func comesBack() throws {
    // Weights that adding and subtracting would round.
    let (before, after, losses) = try step(
      configuration(rho: 0.3), learningRate: 0, scale: 1.0 / 3)
    #expect(losses.count == 2 && losses[1] > losses[0])
    let isParameter = { (name: String) in !name.contains("running") }
    #expect(bits(before, isParameter) == bits(after, isParameter))
  }

  @Test("both passes drop the same units") func dropout() throws {
    let (_, plain, _) = try step(configuration(rho: 0), learningRate: 0.1)
    let (_, sharp, losses) = try step(configuration(rho: 1e-7), learningRate: 0.1)
    expectClose([losses[1]], [losses[0]], absolute: 1e-5)
    for (a, b) in zip(plain.namedTensors(), sharp.namedTensors()) {
      expectClose(b.tensor.elements, a.tensor.elements, absolute: 1e-5, a.name)
    }
  }

  @Test("running statistics are those of the weights before the climb") func statistics() throws {
    let (_, plain, _) = try step(configuration(rho: 0), learningRate: 0.1)
    let (_, sharp, _) = try step(configuration(rho: 1), learningRate: 0.1)
    let isStatistic = { (name: String) in name.contains("running") }
    #expect(bits(plain, isStatistic).count == 2)
    #expect(bits(plain, isStatistic) == bits(sharp, isStatistic))
    #expect(bits(plain) != bits(sharp))
  }

  @Test("the weights are kept in the same memory, step by step; frozen ones not at all")
  func memory() throws {
    var model = try Sequential(layers, input: [2], random: RandomStream(seed: 3))
    var gradients: [Tensor] = []
    model.forEachParameter { gradients.append(randomTensor($1.shape)) }
    let rules = ParameterRules(rateFactors: ["1": 0]).rules(for: model)
    var sharpness = SharpnessAwareness(rho: 0.1, rules: rules)
    let before = bits(model)
    let places = (0..<3).map { _ in
      sharpness.climb(&model, gradients: gradients, norm: 2)
      #expect(bits(model) != before)
      sharpness.comeBack(&model)
      #expect(bits(model) == before)
      return sharpness.saved.map { $0.read { UInt(bitPattern: $0) } }
    }
    #expect(Set(places).count == 1)
    #expect(sharpness.saved.map(\.count) == [32, 16, 0, 0, 32, 2])
  }

  @Test("a norm or a second loss that is no number stops before the optimiser") func divergence()
    throws
  {
    #expect(throws: Descent.Divergence.self) {
      _ = try step(configuration(rho: 1e38), learningRate: 0.1, scale: 1e20)
    }
  }
}
