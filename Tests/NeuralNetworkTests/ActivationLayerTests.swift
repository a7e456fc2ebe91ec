import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite("Activation layers") struct ActivationLayerTests {
  static let layers: [any ElementwiseLayer] = [
    ReLU(), LeakyReLU(slope: 0.2), GELU(), Tanh(), Sigmoid(),
  ]

  @Test("keep the layer contract", arguments: layers.indices)
  func contract(_ index: Int) throws {
    // Small steps and few numbers, so that none is moved across the kink of ReLU.
    try expectLayerContract(Self.layers[index], input: [2, 3, 2], step: 1e-3)
  }

  @Test("read their settings") func settings() throws {
    let random = RandomStream(seed: 1)
    let layer = try LeakyReLU(LayerSpecification("leaky_relu"), input: [3], random: random)
    #expect(layer.slope == 0.01)
    #expect(layer.specification == LayerSpecification("leaky_relu", ["slope": 0.01]))
    #expect(throws: ModelError.self) {
      try LeakyReLU(LayerSpecification("leaky_relu", ["slope": -1]), input: [3], random: random)
    }
    for kind in ["relu", "gelu", "tanh", "sigmoid"] {
      #expect(throws: ModelError.self) {
        try LayerRegistry.make(
          LayerSpecification(kind, ["slope": 0.1]), input: [3], random: random)
      }
    }
  }

  @Test("ReLU shares its output with the cache") func memory() {
    let (y, cache) = ReLU().forward(randomTensor([4, 5]), .inference)
    #expect(y.read { $0 } == cache.read { $0 })
  }
}
