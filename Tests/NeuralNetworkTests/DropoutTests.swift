import Kernels
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite("Dropout", .serialized) struct DropoutTests {
  let phase = Phase.training(RandomStream(seed: 9))

  @Test("keeps the layer contract", arguments: [0, 0.3, 0.5, 0.9] as [Float])
  func contract(_ rate: Float) throws {
    try expectLayerContract(Dropout(rate: rate), input: [3, 2, 2])
  }

  // Kept elements are binomial: n trials of probability 1 - rate, so the share has the standard
  // deviation √(rate (1 - rate) / n); five of them leave one chance in two million.
  @Test("keeps a share of 1 - rate, scaled by its inverse", arguments: [0.1, 0.3, 0.5, 0.9, 0.999])
  func share(_ rate: Double) {
    let count = 1_000_003
    let y = Dropout(rate: Float(rate)).forward(Tensor([1, count], repeating: 1), phase).output
    let kept = y.elements.filter { $0 != 0 }
    let deviation = (rate * (1 - rate) / Double(count)).squareRoot()
    #expect(abs(Double(kept.count) / Double(count) - (1 - rate)) <= 5 * deviation)
    expectClose(kept, kept.map { _ in 1 / (1 - rate) }, relative: 1e-4)
  }

  @Test("neighbours are dropped independently") func independence() {
    let y = Dropout(rate: 0.5).forward(Tensor([1, 100_000], repeating: 1), phase).output.elements
    for distance in [1, 2, 3, 4, 4096] {
      let pairs = y.count - distance
      let same = (0..<pairs).filter { y[$0] == y[$0 + distance] }.count
      #expect(abs(Double(same) / Double(pairs) - 0.5) <= 5 * 0.5 / Double(pairs).squareRoot())
    }
  }

  @Test("is the identity at rate 0 and in inference") func identity() {
    let x = randomTensor([5, 7])
    #expect(Dropout(rate: 0).forward(x, phase).output == x)
    let (y, cache) = Dropout(rate: 0.7).forward(x, .inference)
    #expect(y == x)
    #expect(Dropout(rate: 0.7).backward(x, cache).input == x)
  }

  @Test("near rate 1 nearly all is dropped, and nothing is NaN") func nearOne() {
    let y = Dropout(rate: Float(1).nextDown).forward(Tensor([1, 100_000], repeating: 1), phase)
    #expect(y.output.elements.filter { $0 != 0 }.count <= 2)
    #expect(y.output.elements.allSatisfy { $0.isFinite })
  }

  @Test("backward drops what forward dropped, other streams drop others") func mask() {
    let layer = Dropout(rate: 0.4)
    let x = Tensor([1, 10_000], repeating: 1)
    let (y, cache) = layer.forward(x, phase)
    #expect(layer.backward(x, cache).input == y)
    #expect(layer.forward(x, phase.substream(1)).output != y)
  }

  @Test("drops the same on any number of workers") func workers() {
    let x = randomTensor([3, 9999])
    expectSameOnAnyNumber { Dropout(rate: 0.4).forward(x, phase).output }
  }

  @Test("refuses a rate of 1", arguments: [1, 1.5, -0.1] as [JSONValue])
  func refuses(_ rate: JSONValue) {
    #expect(throws: ModelError.self) {
      try Dropout(
        LayerSpecification("dropout", ["rate": rate]), input: [3], random: RandomStream(seed: 1))
    }
  }
}
