import Kernels
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite("Dense") struct DenseTests {
  @Test("keeps the layer contract") func contract() throws {
    let layer = try Dense(
      LayerSpecification("dense", ["units": 4]), input: [6], random: RandomStream(seed: 3))
    try expectLayerContract(layer, input: [6])
  }

  @Test(
    "refuses sizes out of all proportion before it takes memory for them",
    arguments: [60_000, 70_000, Int.max])
  func size(units: Int) {
    #expect(throws: ModelError.self) {
      try Dense(
        LayerSpecification("dense", ["units": .int(units)]), input: [60_000],
        random: RandomStream(seed: 3))
    }
  }

  @Test("refuses an input that is not flat") func shape() {
    #expect(throws: ModelError.self) {
      try Dense(
        LayerSpecification("dense", ["units": 4]), input: [6, 6, 1], random: RandomStream(seed: 3))
    }
  }
}
