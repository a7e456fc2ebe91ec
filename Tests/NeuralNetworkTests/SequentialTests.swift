import Kernels
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite("Sequential", .serialized) struct SequentialTests {
  /// Points in a ring around the origin (class 1) or near it (class 0): no line separates them.
  static func rings(_ count: Int, seed: UInt64) -> (Tensor, [Int]) {
    var random = RandomStream(seed: seed)
    var (points, labels) = ([Float](), [Int]())
    while labels.count < count {
      let point = (random.uniform(-1, 1), random.uniform(-1, 1))
      let radius = (point.0 * point.0 + point.1 * point.1).squareRoot()
      if radius < 0.4 || (0.6..<1).contains(radius) {
        points += [point.0, point.1]
        labels.append(radius < 0.5 ? 0 : 1)
      }
    }
    return (Tensor([count, 2], points), labels)
  }

  static let activations = ["relu", "leaky_relu", "gelu", "tanh"]

  @Test("learns a toy task to the last point", arguments: activations, [false, true])
  func learns(_ activation: String, _ normalised: Bool) throws {
    var hidden = [LayerSpecification("dense", ["units": 16])]
    if normalised { hidden.append(LayerSpecification("batch_norm")) }
    hidden.append(LayerSpecification(activation))
    var model = try Sequential(
      hidden + [
        LayerSpecification(
          "residual", ["body": .array(hidden.dropFirst().map(\.json))]),
        LayerSpecification("dropout", ["rate": 0.1]), LayerSpecification("dense", ["units": 2]),
      ], input: [2], random: RandomStream(seed: 3))
    let (x, labels) = Self.rings(200, seed: 1)
    for step in 0..<400 {
      let (logits, caches) = model.forward(
        x, .training(RandomStream(seed: 7).substream(step)))
      let gradient = CrossEntropy().evaluate(logits, labels: labels).gradient
      let gradients = model.backward(gradient, caches).parameters
      var index = 0
      model.forEachParameter { _, parameter in
        parameter.descend(gradients[index], rate: 0.3)
        index += 1
      }
      model.commit(caches)
    }
    #expect(model.predict(x).argmax() == labels)
    let (unseen, truth) = Self.rings(200, seed: 2)
    let right = zip(model.predict(unseen).argmax(), truth).filter { $0 == $1 }.count
    #expect(right >= 195)
  }

  @Test("a convolutional step gives the same bytes on any number of workers") func workers() throws
  {
    let model = try ModelConfiguration.named("vgg10", settings: ["widths": [4, 8]]).build(
      input: [16, 16, 2], classes: 3, random: RandomStream(seed: 1))
    let x = randomTensor([40, 16, 16, 2])
    expectSameOnAnyNumber {
      let (logits, caches) = model.forward(x, .training(RandomStream(seed: 2)))
      let (_, gradient) = CrossEntropy(labelSmoothing: 0.1).evaluate(
        logits, labels: (0..<40).map { $0 % 3 })
      let (input, parameters) = model.backward(gradient, caches)
      return [logits, input] + parameters
    }
  }

  @Test("predicts what inference forwards") func predict() throws {
    let model = try ModelConfiguration.named("simple-cnn").build(
      input: [8, 8, 1], classes: 3, random: RandomStream(seed: 1))
    let x = randomTensor([2, 8, 8, 1])
    #expect(model.predict(x) == model.forward(x, .inference).output)
  }

  @Test("refuses an unknown layer, naming the known ones") func unknown() {
    #expect {
      try Sequential(
        [LayerSpecification("rleu")], input: [2], random: RandomStream(seed: 1))
    } throws: {
      "\($0)".contains("rleu") && "\($0)".contains("leaky_relu")
    }
  }
}

extension Tensor {
  /// self -= rate · gradient.
  mutating func descend(_ gradient: Tensor, rate: Float) {
    write { w in gradient.read { g in for i in 0..<gradient.count { w[i] -= rate * g[i] } } }
  }
}
