import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite("MaxPool1D, and other layers over series") struct MaxPool1DTests {
  @Test(
    "keeps the layer contract",
    arguments: [
      ["size": 2], ["size": 3, "stride": 2, "padding": 1], ["size": 5, "stride": 1, "padding": 4],
    ] as [[String: JSONValue]], [1, 3])
  func contract(_ settings: [String: JSONValue], _ batch: Int) throws {
    let layer = try MaxPool1D(
      LayerSpecification("max_pool1d", settings), input: [7, 5], random: RandomStream(seed: 1))
    // A small step: a maximum that changes hands between the two ends has no derivative.
    try expectLayerContract(layer, input: [7, 5], batch: batch, step: 1e-3)
  }

  @Test("gives what PyTorch gives, forward and backward") func pyTorch() throws {
    let cases = try SeriesGolden.load().maxima
    #expect(cases.count == 3)
    for golden in cases {
      let layer = MaxPool1D(size: golden.size, stride: golden.stride, padding: golden.padding)
      let (y, cache) = layer.forward(golden.x.tensor, .inference)
      #expect(y == golden.y.tensor)
      let dx = layer.backward(golden.dy.tensor, cache).input
      expectClose(dx.elements, golden.dx.values, relative: 1e-6, "dx")
    }
  }

  @Test("batch norm, ReLU, dropout, flatten and the mean over time take series")
  func others() throws {
    try expectLayerContract(BatchNorm(channels: 5), input: [7, 5])
    try expectLayerContract(Flatten(), input: [7, 5])
    try expectLayerContract(Dropout(rate: 0.4), input: [7, 5])
    try expectLayerContract(GlobalAveragePool(), input: [7, 5])
    let (relu, _) = ReLU().forward(Tensor([1, 2, 2], [-1, 2, 3, -4]), .inference)
    #expect(relu == Tensor([1, 2, 2], [0, 2, 3, 0]))
    let (mean, _) = GlobalAveragePool().forward(
      Tensor([2, 2, 2], [1, 10, 3, 30, 5, 50, 7, 70]), .inference)
    #expect(mean == Tensor([2, 2], [2, 20, 6, 60]))
    // The statistics of a channel are those of all frames of all series.
    let x = Tensor([2, 2, 1], [1, 2, 3, 6])
    var norm = BatchNorm(channels: 1, momentum: 1)
    norm.commit(norm.forward(x, .training(RandomStream(seed: 1))).cache)
    #expect(norm.runningMean[0] == 3)
  }

  @Test(
    "refuses what does not make sense",
    arguments: [
      (["size": 7], [6, 1], "window is 7"), (["size": 2, "padding": 2], [6, 1], "padding"),
      (["size": 2], [6, 6, 1], "frames x numbers"), (["size": 2], [36], "frames x numbers"),
      ([:], [6, 1], "\"size\" is missing"), (["size": .array([2, 2])], [6, 1], "\"size\""),
      (["size": 2, "dilation": 2], [6, 1], "dilation"),
    ] as [([String: JSONValue], Shape, String)])
  func refusal(_ settings: [String: JSONValue], _ input: Shape, _ words: String) {
    let error = #expect(throws: ModelError.self) {
      try MaxPool1D(
        LayerSpecification("max_pool1d", settings), input: input, random: RandomStream(seed: 3))
    }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "none")")
  }
}
