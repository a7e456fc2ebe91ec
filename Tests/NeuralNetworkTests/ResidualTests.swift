import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite("Residual") struct ResidualTests {
  static let dense = LayerSpecification("dense", ["units": 5])

  func make(_ settings: [String: JSONValue], input: Shape) throws -> Residual {
    try Residual(
      LayerSpecification("residual", settings), input: input, random: RandomStream(seed: 4))
  }

  @Test("keeps the layer contract, with and without a shortcut") func contract() throws {
    let body: JSONValue = .array([Self.dense.json, LayerSpecification("tanh").json])
    try expectLayerContract(make(["body": body], input: [5]), input: [5])
    let shortcut: JSONValue = .array([Self.dense.json])
    try expectLayerContract(make(["body": body, "shortcut": shortcut], input: [3]), input: [3])
  }

  @Test("adds its input to the body") func sum() throws {
    let block = Residual(body: Sequential([Tanh()]))
    let x = randomTensor([2, 3])
    let tanh = Tanh().forward(x, .inference).output.elements
    #expect(block.forward(x, .inference).output.elements == zip(x.elements, tanh).map { $0 + $1 })
  }

  @Test("names its parameters and keeps its statistics by branch") func names() throws {
    let norm = LayerSpecification("batch_norm").json
    var block = try make(
      ["body": .array([Self.dense.json, norm]), "shortcut": .array([Self.dense.json])], input: [3])
    #expect(
      block.namedTensors().map(\.name) == [
        "body.0.weight", "body.0.bias", "body.1.scale", "body.1.shift", "shortcut.0.weight",
        "shortcut.0.bias", "body.1.running_mean", "body.1.running_variance",
      ])
    let x = randomTensor([4, 3])
    block.commit(block.forward(x, .training(RandomStream(seed: 1))).cache)
    var means: [Float] = []
    block.forEachBuffer { if $0 == "body.1.running_mean" { means = $1.elements } }
    #expect(means.count == 5 && means.allSatisfy { $0 != 0 })
  }

  @Test("its branches drop independently") func streams() {
    let block = Residual(
      body: Sequential([Dropout(rate: 0.5)]), shortcut: Sequential([Dropout(rate: 0.5)]))
    let x = Tensor([1, 1000], repeating: 1)
    let y = block.forward(x, .training(RandomStream(seed: 2))).output.elements
    let once = y.filter { $0 == 2 }.count
    #expect((400...600).contains(once), "half of the elements are kept by one branch only")
  }

  @Test("refuses branches of different shapes, and settings it does not know") func refuses() {
    #expect(throws: ModelError.self) { try make(["body": .array([Self.dense.json])], input: [3]) }
    #expect(throws: ModelError.self) { try make(["body": .array([]), "skip": 1], input: [3]) }
    #expect(throws: ModelError.self) { try make([:], input: [3]) }
  }
}
