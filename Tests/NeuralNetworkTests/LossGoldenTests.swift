import Foundation
import TensorCore
import TestSupport
import Testing

@testable import NeuralNetwork

/// Losses by PyTorch; `Golden/make_losses.py` made them.
struct GoldenLosses: Decodable {
  struct Weighted: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let classes: Int
    let logits, weights: [Float]
    let labels: [Int]
    let smoothing: Float
    let loss: Double
    let gradient: [Double]
    var testDescription: String { name }
  }
  struct Distilled: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let classes: Int
    let logits, teacher: [Float]
    let labels: [Int]
    let weight, temperature: Double
    let smoothing: Float
    let loss: Double
    let gradient: [Double]
    var testDescription: String { name }
  }
  let weighted: [Weighted]
  let distilled: [Distilled]

  static func load() throws -> GoldenLosses {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/losses.json")
    return try JSONDecoder().decode(GoldenLosses.self, from: Data(contentsOf: file))
  }
}

@Suite("Class weights and distillation against PyTorch") struct LossGoldenTests {
  @Test(
    "weighted cross-entropy is CrossEntropyLoss(weight=…)",
    arguments: try GoldenLosses.load().weighted)
  func weighted(golden: GoldenLosses.Weighted) {
    let logits = Tensor([golden.labels.count, golden.classes], golden.logits)
    let loss = CrossEntropy(labelSmoothing: golden.smoothing, classWeights: golden.weights)
    let byLabel = loss.evaluate(logits, labels: golden.labels)
    expectClose([byLabel.loss], [golden.loss], relative: 1e-6, golden.name)
    expectClose(byLabel.gradient.elements, golden.gradient, relative: 2e-6, golden.name)
    // The same through a matrix of targets.
    let byTarget = loss.evaluate(
      logits, targets: CrossEntropy().targets(golden.labels, classes: golden.classes))
    expectClose([byTarget.loss], [golden.loss], relative: 1e-6, golden.name)
    expectClose(byTarget.gradient.elements, golden.gradient, relative: 2e-6, golden.name)
  }

  @Test("mixtures are weighted by what they are mixed of") func mixtures() {
    // Half of a class of weight 3 and half of one of weight 1, beside a whole one of weight 1.
    let logits = randomTensor([2, 2])
    let weights: [Float] = [3, 1]
    let p = logits.softmax().elements.map { log(Double($0)) }
    let expected = -(1.5 * p[0] + 0.5 * p[1] + p[3]) / (2 + 1)
    let loss = CrossEntropy(classWeights: weights).evaluate(
      logits, targets: Tensor([2, 2], [0.5, 0.5, 0, 1])
    ).loss
    expectClose([loss], [expected], absolute: 1e-6)
  }

  @Test("a batch of classes that do not count teaches nothing") func nothing() {
    let result = CrossEntropy(classWeights: [0, 1]).evaluate(
      randomTensor([3, 2]), labels: [0, 0, 0])
    #expect(result.loss == 0)
    #expect(result.gradient.elements.allSatisfy { $0 == 0 })
  }

  @Test("a plan's step with a teacher is PyTorch's", arguments: try GoldenLosses.load().distilled)
  func distilled(golden: GoldenLosses.Distilled) throws {
    // A network that hands its inputs on, so that logits and their gradients are known: the
    // gradient by a dense layer's bias is the sum of those by the logits.
    let (rows, classes) = (golden.labels.count, golden.classes)
    var model = try Sequential(
      [LayerSpecification("dense", ["units": .int(classes)])], input: [classes],
      random: RandomStream(seed: 1))
    model.forEachParameter { path, tensor in
      tensor = Tensor(tensor.shape)
      guard path == "0.weight" else { return }
      for c in 0..<classes { tensor[c, c] = 1 }
    }
    let plan = try TrainingPlan(model, input: [classes], batchSize: rows)
    let loss = plan.step(
      &model,
      Batch(inputs: Tensor([rows, classes], golden.logits), labels: golden.labels),
      loss: CrossEntropy(labelSmoothing: golden.smoothing),
      distillation: Distillation(
        weight: golden.weight, temperature: golden.temperature,
        teacher: Tensor([rows, classes], golden.teacher)),
      random: RandomStream(seed: 1))
    expectClose([loss], [golden.loss], relative: 2e-6, golden.name)
    // dWeight[i, j] = Σ_n z[n, i] dz[n, j].
    var expected = [Double](repeating: 0, count: classes * classes)
    for n in 0..<rows {
      for i in 0..<classes {
        for j in 0..<classes {
          expected[i * classes + j] +=
            Double(golden.logits[n * classes + i]) * golden.gradient[n * classes + j]
        }
      }
    }
    expectClose(plan.gradients[0].elements, expected, relative: 1e-5, golden.name)
  }

  @Test("the golden file has both kinds") func goldenCases() throws {
    let golden = try GoldenLosses.load()
    #expect(golden.weighted.count == 5 && golden.distilled.count == 4)
  }
}
