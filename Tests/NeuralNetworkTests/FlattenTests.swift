import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite("Flatten") struct FlattenTests {
  @Test("keeps the layer contract") func contract() throws {
    try expectLayerContract(Flatten(), input: [2, 3, 4])
  }

  @Test("moves no number, not even of an empty batch") func order() {
    let x = randomTensor([2, 3, 4, 1])
    let (y, cache) = Flatten().forward(x, .inference)
    #expect(y == x.reshaped([2, 12]))
    #expect(Flatten().backward(y, cache).input == x)
    #expect(Flatten().forward(Tensor([0, 3, 4]), .inference).output.shape == [0, 12])
  }
}
