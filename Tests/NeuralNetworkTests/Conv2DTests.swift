import Kernels
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite("Conv2D") struct Conv2DTests {
  static let descriptions: [[String: JSONValue]] = [
    ["filters": 4, "kernel": 3, "padding": 1],
    ["filters": 3, "kernel": .array([3, 2]), "stride": .array([2, 1]), "bias": false],
    ["filters": 5, "kernel": 3, "dilation": 2, "padding": "same"],
    ["filters": 2, "kernel": 1],
  ]

  @Test("keeps the layer contract", arguments: descriptions)
  func contract(_ settings: [String: JSONValue]) throws {
    for input: Shape in [[6, 7, 3], [7, 5, 16]] {
      let layer = try Conv2D(
        LayerSpecification("conv2d", settings), input: input, random: RandomStream(seed: 3))
      try expectLayerContract(layer, input: input)
    }
  }

  @Test("equals the naive convolution, its bias included")
  func forward() throws {
    var layer = try Conv2D(
      LayerSpecification("conv2d", ["filters": 4, "kernel": 3, "padding": 1]), input: [6, 6, 2],
      random: RandomStream(seed: 3))
    layer.bias = randomTensor([4])
    let x = randomTensor([2, 6, 6, 2], seed: 4)
    let shape = ConvolutionShape(
      batch: 2, input: Extent2D(6), inputChannels: 2, filters: 4,
      window: Window2D(size: Extent2D(3), padding: Extent2D(1)))
    expectClose(
      layer.forward(x, .inference).output.elements,
      Reference.convolutionForward(
        shape, x.elements, layer.weight.elements, bias: layer.bias?.elements),
      relative: 1e-5)
  }

  @Test("\"same\" keeps the size at stride 1, and halves it rounding up at stride 2")
  func same() throws {
    for (stride, side) in [(1, 7), (2, 4)] {
      let layer = try Conv2D(
        LayerSpecification(
          "conv2d",
          ["filters": 2, "kernel": 5, "stride": .int(stride), "padding": "same"]),
        input: [7, 7, 1], random: RandomStream(seed: 3))
      #expect(try layer.outputShape(for: [7, 7, 1]) == [side, side, 2])
    }
  }

  @Test("begins with He's deviation and no bias") func initialWeights() throws {
    let layer = try Conv2D(
      LayerSpecification("conv2d", ["filters": 64, "kernel": 3]), input: [8, 8, 32],
      random: RandomStream(seed: 3))
    let square = layer.weight.elements.reduce(0) { $0 + Double($1 * $1) }
    let variance = square / Double(layer.weight.count)
    expectClose([variance], [2.0 / (9 * 32)], relative: 0.05)
    #expect(layer.bias == Tensor([64]))
  }

  @Test(
    "refuses what does not make sense",
    arguments: [
      (["filters": 4, "kernel": 7], [6, 6, 1], "reaches over 7x7"),
      (["filters": 4, "kernel": 3, "dilation": 3], [6, 6, 1], "reaches over 7x7"),
      (["filters": 4000, "kernel": 50000], [6, 6, 1000], "reaches over 50000x50000"),
      (["filters": 4, "kernel": 70000], [6, 6, 1], "1...65535"),
      (["filters": 4, "kernel": 3], [36], "height x width x channels"),
      (["filters": 4, "kernel": 4, "padding": "same"], [6, 6, 1], "even size"),
      (["filters": 4, "kernel": .array([3])], [6, 6, 1], "\"kernel\""),
      (["filters": 4, "kernel": 3, "stride": 0], [6, 6, 1], "\"stride\""),
      (["filters": 4, "kernel": 3, "padding": -1], [6, 6, 1], "\"padding\""),
      (["filters": 4], [6, 6, 1], "\"kernel\" is missing"),
      (["filters": 4, "kernel": 3, "pading": 1], [6, 6, 1], "pading"),
    ] as [([String: JSONValue], Shape, String)])
  func refusal(_ settings: [String: JSONValue], _ input: Shape, _ words: String) {
    let error = #expect(throws: ModelError.self) {
      try Conv2D(
        LayerSpecification("conv2d", settings), input: input, random: RandomStream(seed: 3))
    }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "none")")
  }

  @Test("refuses images of another number of channels") func channels() throws {
    let layer = try Conv2D(
      LayerSpecification("conv2d", ["filters": 4, "kernel": 3]), input: [6, 6, 3],
      random: RandomStream(seed: 3))
    #expect(throws: ModelError.self) { try layer.outputShape(for: [6, 6, 1]) }
  }
}
