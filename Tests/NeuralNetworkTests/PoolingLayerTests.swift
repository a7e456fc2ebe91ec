import Kernels
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite("Pooling layers") struct PoolingLayerTests {
  static let windows: [[String: JSONValue]] = [
    ["size": 2], ["size": 3, "stride": 2, "padding": 1],
    ["size": .array([3, 2]), "stride": .array([1, 2]), "padding": .array([2, 0])],
  ]

  @Test("MaxPool2D keeps the layer contract", arguments: windows)
  func maximum(_ settings: [String: JSONValue]) throws {
    let layer = try MaxPool2D(
      LayerSpecification("max_pool2d", settings), input: [7, 6, 5], random: RandomStream(seed: 1))
    // A small step: a maximum that changes hands between the two ends has no derivative.
    try expectLayerContract(layer, input: [7, 6, 5], step: 1e-3)
  }

  @Test("AveragePool2D keeps the layer contract", arguments: windows)
  func average(_ settings: [String: JSONValue]) throws {
    let layer = try AveragePool2D(
      LayerSpecification("average_pool2d", settings), input: [7, 6, 5],
      random: RandomStream(seed: 1))
    try expectLayerContract(layer, input: [7, 6, 5])
  }

  @Test("GlobalAveragePool keeps the layer contract") func global() throws {
    let layer = try GlobalAveragePool(
      LayerSpecification("global_average_pool"), input: [3, 4, 17], random: RandomStream(seed: 1))
    try expectLayerContract(layer, input: [3, 4, 17])
    let y = layer.forward(Tensor([2, 2, 1, 2], [1, 10, 3, 30, 5, 50, 7, 70]), .inference).output
    #expect(y == Tensor([2, 2], [2, 20, 6, 60]))
  }

  @Test("the stride is the size unless given") func defaults() throws {
    let layer = try MaxPool2D(
      LayerSpecification("max_pool2d", ["size": .array([2, 3])]), input: [7, 7, 1],
      random: RandomStream(seed: 1))
    #expect(try layer.outputShape(for: [7, 7, 1]) == [3, 2, 1])
  }

  @Test(
    "refuse what does not make sense",
    arguments: [
      ("max_pool2d", ["size": 7], [6, 6, 1], "window is 7x7"),
      ("max_pool2d", ["size": 2, "padding": 2], [6, 6, 1], "padding"),
      ("max_pool2d", ["size": 300], [400, 400, 1], "too large"),
      ("max_pool2d", ["size": 2], [36], "height x width x channels"),
      ("average_pool2d", ["size": 2], [36], "height x width x channels"),
      ("average_pool2d", [:], [6, 6, 1], "\"size\" is missing"),
      ("average_pool2d", ["size": 2, "dilation": 2], [6, 6, 1], "dilation"),
      ("global_average_pool", [:], [36], "height x width x channels"),
      ("global_average_pool", ["size": 2], [6, 6, 1], "size"),
    ] as [(String, [String: JSONValue], Shape, String)])
  func refusal(
    _ kind: String, _ settings: [String: JSONValue], _ input: Shape, _ words: String
  ) {
    let error = #expect(throws: ModelError.self) {
      try LayerRegistry.make(
        LayerSpecification(kind, settings), input: input, random: RandomStream(seed: 3))
    }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "none")")
  }
}
