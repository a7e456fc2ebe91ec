import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite("BatchNorm") struct BatchNormLayerTests {
  static func layer(_ channels: Int) -> BatchNorm {
    var layer = BatchNorm(channels: channels)
    layer.scale = randomTensor([channels], seed: 1)
    layer.shift = randomTensor([channels], seed: 2)
    return layer
  }

  @Test("keeps the layer contract", arguments: [[4, 3, 5], [6]] as [Shape])
  func contract(_ input: Shape) throws {
    try expectLayerContract(Self.layer(input[-1]), input: input, batch: 5)
  }

  @Test("normalises a training batch") func normalises() {
    let x = randomTensor([64, 3])
    let y = BatchNorm(channels: 3).forward(x, .training(RandomStream(seed: 1))).output
    for c in 0..<3 {
      let column = (0..<64).map { Double(y[$0, c]) }
      let mean = column.reduce(0, +) / 64
      expectClose([mean], [0.0], absolute: 1e-6)
      expectClose([column.reduce(0) { $0 + $1 * $1 } / 64], [1.0], absolute: 1e-4)
    }
  }

  @Test("commits running statistics, the variance unbiased") func commit() {
    var layer = BatchNorm(channels: 1, momentum: 0.25)
    let x = Tensor([4, 1], [1, 2, 3, 6])
    let cache = layer.forward(x, .training(RandomStream(seed: 1))).cache
    #expect(layer.runningMean.elements == [0], "forward changes nothing")
    layer.commit(cache)
    expectClose(layer.runningMean.elements, [0.25 * 3], absolute: 1e-6)
    expectClose(layer.runningVariance.elements, [0.75 + 0.25 * 14 / 3], absolute: 1e-6)
    let answered = layer
    layer.commit(layer.forward(x, .inference).cache)
    #expect(layer.runningMean == answered.runningMean, "answering teaches nothing")
  }

  @Test("a batch of one row stays finite") func oneRow() {
    var layer = BatchNorm(channels: 2)
    let (y, cache) = layer.forward(Tensor([1, 2], [3, 4]), .training(RandomStream(seed: 1)))
    layer.commit(cache)
    #expect(y.elements == [0, 0])
    expectClose(layer.runningVariance.elements, [0.9, 0.9], absolute: 1e-6)
  }

  @Test("uses the running statistics to answer, and differentiates through them as constants")
  func inference() {
    var layer = Self.layer(2)
    layer.runningMean = Tensor([2], [1, -1])
    layer.runningVariance = Tensor([2], [4, 0.25])
    let x = randomTensor([3, 2])
    let (y, cache) = layer.forward(x, .inference)
    let deviation: [Float] = [2, 0.5]
    let expected = (0..<6).map { i in
      (x.elements[i] - layer.runningMean[i % 2]) / deviation[i % 2] * layer.scale[i % 2]
        + layer.shift[i % 2]
    }
    expectClose(y.elements, expected, relative: 1e-4)
    let dx = layer.backward(Tensor([3, 2], repeating: 1), cache).input
    expectClose(
      dx.elements, (0..<6).map { layer.scale[$0 % 2] / deviation[$0 % 2] }, relative: 1e-4)
  }

  @Test("refuses other channels than its own") func shape() {
    #expect(throws: ModelError.self) { try BatchNorm(channels: 3).outputShape(for: [5, 5, 4]) }
  }
}
