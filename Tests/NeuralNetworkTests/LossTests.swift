import Foundation
import Kernels
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite("Cross-entropy") struct LossTests {
  @Test("equal logits cost ln C, whatever the smoothing", arguments: [0, 0.1, 1] as [Float])
  func uniform(_ smoothing: Float) {
    let result = CrossEntropy(labelSmoothing: smoothing).evaluate(
      Tensor([3, 7], repeating: 2), labels: [0, 3, 6])
    expectClose([result.loss], [log(7.0)], absolute: 1e-7)
  }

  @Test("smoothed labels are the mixture they are said to be") func smoothing() {
    let targets = CrossEntropy(labelSmoothing: 0.2).targets([1, 0], classes: 4)
    expectClose(targets.elements, [0.05, 0.85, 0.05, 0.05, 0.85, 0.05, 0.05, 0.05], absolute: 1e-7)
    let logits = randomTensor([2, 4])
    let loss = CrossEntropy(labelSmoothing: 0.2)
    let hard = CrossEntropy().targets([1, 0], classes: 4)
    let (byLabel, byTarget) = (
      loss.evaluate(logits, labels: [1, 0]), loss.evaluate(logits, targets: hard)
    )
    expectClose([byTarget.loss], [byLabel.loss], absolute: 1e-6)
    expectClose(byTarget.gradient.elements, byLabel.gradient.elements, absolute: 1e-6)
  }

  @Test("the loss is the mean of the examples' losses, its gradient the derivative")
  func gradient() {
    let logits = randomTensor([4, 3])
    let loss = CrossEntropy(labelSmoothing: 0.1)
    let labels = [2, 0, 1, 1]
    let (value, gradient) = loss.evaluate(logits, labels: labels)
    expectClose([value], [loss.losses(logits, labels: labels).reduce(0, +) / 4], absolute: 1e-12)
    for i in 0..<12 {
      var (low, high) = (logits, logits)
      low.write { $0[i] -= 1e-2 }
      high.write { $0[i] += 1e-2 }
      let step = Double(high.elements[i] - low.elements[i])
      let numeric =
        (loss.evaluate(high, labels: labels).loss - loss.evaluate(low, labels: labels).loss) / step
      expectClose([gradient.elements[i]], [numeric], absolute: 1e-5)
    }
  }

  @Test(
    "what a label stands for gives the bits of the label", arguments: [0, 0.1, 0.35] as [Float])
  func oneHot(_ smoothing: Float) {
    let labels = [2, 0, 6, 6, 1]
    let logits = randomTensor([5, 7])
    let loss = CrossEntropy(labelSmoothing: smoothing)
    let (byLabel, byTarget) = (
      loss.evaluate(logits, labels: labels),
      loss.evaluate(logits, targets: CrossEntropy().targets(labels, classes: 7))
    )
    #expect(byTarget.loss == byLabel.loss)
    #expect(byTarget.gradient == byLabel.gradient)
  }

  /// Rows of mass 0, below 1, 1 and above it.
  private static let targets = Tensor([4, 3], [0, 0, 0, 0.1, 0, 0.3, 0.25, 0.25, 0.5, 2, 1.5, 0])

  @Test(
    "targets of any mass have the loss and gradient of the definition, in Double",
    arguments: [0, 0.1] as [Float])
  func anyMass(_ smoothing: Float) throws {
    let logits = randomTensor([4, 3])
    let given = Self.targets.elements.map(Double.init)
    let smooth = Double(smoothing)
    let targets = given.indices.map { i in
      let mass = given[i / 3 * 3..<i / 3 * 3 + 3].reduce(0, +)
      return (1 - smooth) * given[i] + smooth * mass / 3
    }
    func loss(_ z: [Double]) -> Double {
      Reference.softmaxCrossEntropy(classes: 3, z, targets)
    }
    let wide = logits.elements.map(Double.init)
    let gradient = Reference.softmaxCrossEntropyGradient(classes: 3, wide, targets)
    expectGradient(gradient, of: loss, at: wide)
    let result = CrossEntropy(labelSmoothing: smoothing).evaluate(logits, targets: Self.targets)
    expectClose([result.loss], [loss(wide)], absolute: 1e-6)
    expectClose(result.gradient.elements, gradient, absolute: 1e-6)
    #expect(result.gradient.elements.prefix(3).allSatisfy { $0 == 0 })
  }

  @Test("the mass weighs the example") func weights() {
    let logits = randomTensor([2, 3])
    let (one, three) = (
      CrossEntropy().evaluate(logits, targets: Tensor([2, 3], [0, 1, 0, 0.5, 0, 0.5])),
      CrossEntropy().evaluate(logits, targets: Tensor([2, 3], [0, 3, 0, 1.5, 0, 1.5]))
    )
    expectClose([three.loss], [3 * one.loss], relative: 1e-6)
    expectClose(three.gradient.elements, one.gradient.elements.map { 3 * $0 }, relative: 1e-6)
  }

  @Test("is finite at logits of ±10 000") func extreme() {
    let result = CrossEntropy().evaluate(Tensor([2, 2], [1e4, -1e4, 1e4, -1e4]), labels: [0, 1])
    expectClose([result.loss], [1e4], absolute: 1e-9)
    expectClose(result.gradient.elements, [0, 0, 0.5, -0.5], absolute: 1e-9)
  }

  @Test("probabilities sum to 1, their logarithms agree, argmax finds them") func softmax() {
    let logits = Tensor([2, 3], [1, 3, 2, -1000, -1001, 1000])
    let p = logits.softmax()
    expectClose([p[0, 0] + p[0, 1] + p[0, 2], p[1, 2]], [1.0, 1.0], absolute: 1e-6)
    expectClose(
      logits.logSoftmax().elements.suffix(3).map { $0 }, [-2000.0, -2001.0, 0.0], absolute: 1e-6)
    #expect(logits.argmax() == [1, 2])
  }
}
