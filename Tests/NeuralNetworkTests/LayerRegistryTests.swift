import NeuralNetwork
import TensorCore
import TestSupport
import Testing

/// y = 2x.
private struct Twice: Layer {
  static let kind = "test_twice"
  init() {}
  init(_ specification: LayerSpecification, input: Shape, random: RandomStream) throws {
    try specification.expectOnly()
  }
  var specification: LayerSpecification { LayerSpecification(Self.kind) }
  func outputShape(for input: Shape) throws -> Shape { input }
  func forward(_ x: Tensor, _ phase: Phase) -> (output: Tensor, cache: Void) {
    (Tensor(x.shape, x.elements.map { 2 * $0 }), ())
  }
  func backward(_ dy: Tensor, _ cache: Void) -> (input: Tensor, parameters: [Tensor]) {
    (Tensor(dy.shape, dy.elements.map { 2 * $0 }), [])
  }
}

/// A layer of a kind that is taken.
private struct OtherDense: Layer {
  static let kind = "dense"
  init(_ specification: LayerSpecification, input: Shape, random: RandomStream) throws {}
  var specification: LayerSpecification { LayerSpecification(Self.kind) }
  func outputShape(for input: Shape) throws -> Shape { input }
  func forward(_ x: Tensor, _ phase: Phase) -> (output: Tensor, cache: Void) { (x, ()) }
  func backward(_ dy: Tensor, _ cache: Void) -> (input: Tensor, parameters: [Tensor]) { (dy, []) }
}

@Suite("Layer registry") struct LayerRegistryTests {
  @Test("a layer of another module keeps the contract once it is registered, and may be again")
  func registered() throws {
    try LayerRegistry.register(Twice.self)
    try LayerRegistry.register(Twice.self)
    #expect(LayerRegistry.kinds.count { $0 == "test_twice" } == 1)
    try expectLayerContract(Twice(), input: [3])
    let model = try ModelConfiguration.layers([
      LayerSpecification("test_twice"), LayerSpecification("dense", ["units": "classes"]),
    ]).build(input: [3], classes: 2, random: RandomStream(seed: 1))
    let x = Tensor([2, 3], [1, 2, 3, 4, 5, 6])
    let dense = Sequential([model.layers[1]])
    #expect(model.predict(x) == dense.predict(Tensor([2, 3], x.elements.map { 2 * $0 })))
    // The plans take it as it is.
    let plan = try InferencePlan(model, input: [3])
    expectClose(plan.predict(x).elements, model.predict(x).elements, absolute: 1e-5)
  }

  @Test("a kind that is taken is refused") func taken() {
    let error = #expect(throws: ModelError.self) { try LayerRegistry.register(OtherDense.self) }
    #expect(
      error?.description
        == "layer dense: OtherDense is to be a kind that Dense is already; give its kind a name of "
        + "its own, such as \"my_dense\"")
  }
}
