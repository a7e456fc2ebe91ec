internal import TensorCore

/// What flows between two layers, for programs that keep channels first.
struct ExchangeShape: Hashable {
  /// One example's shape in Mien: [H, W, C], [T, C] or [F].
  let shape: Shape
  /// The image [H, W, C] or series [T, C] that a vector was flattened from, where its numbers
  /// therefore stand in the order H, W, C here and in the order C, H, W there; nil where the order is
  /// the same.
  let flattened: Shape?

  /// A network's input, or what a layer gives that does not keep its input's order.
  init(_ shape: Shape) { (self.shape, flattened) = (shape, nil) }

  /// A vector, and the image it was.
  init(_ shape: Shape, flattened: Shape?) { (self.shape, self.flattened) = (shape, flattened) }
}

/// One of a layer's tensors: what it is called here and in PyTorch, and how it lies in each.
struct ExchangeTensor {
  /// As `forEachParameter` and `forEachBuffer` name it.
  let own: String
  /// As PyTorch's module names it.
  let foreign: String
  /// How its numbers are ordered.
  let layout: TensorLayout

  init(_ own: String, as foreign: String? = nil, _ layout: TensorLayout) {
    (self.own, self.foreign, self.layout) = (own, foreign ?? own, layout)
  }
}

/// A layer that ONNX and PyTorch have, too. All of Mien's are; a layer that is not is refused by
/// export and import. Containers (`Sequential`, `Residual`) are gone through, and need not conform.
protocol ExchangeableLayer: Layer {
  /// The layer's tensors in the order of PyTorch's state dictionary; none unless the layer says
  /// otherwise.
  func exchangeTensors(input: ExchangeShape) -> [ExchangeTensor]

  /// What comes out; unless the layer says otherwise, numbers stay in their order.
  func exchangeOutput(for input: ExchangeShape) throws -> ExchangeShape

  /// Why PyTorch has no such layer, nil where it has.
  var problemInPyTorch: String? { get }

  /// Adds the layer's operators to a graph.
  ///
  /// - Parameters:
  ///   - x: the value that comes in, channels first.
  ///   - path: the layer's place, for names: "6.body.0".
  /// - Returns: the value that goes out.
  func addNodes(to graph: inout ONNXGraph, _ x: String, path: String) -> String
}

extension ExchangeableLayer {
  func exchangeTensors(input: ExchangeShape) -> [ExchangeTensor] { [] }

  func exchangeOutput(for input: ExchangeShape) throws -> ExchangeShape {
    ExchangeShape(try outputShape(for: input.shape), flattened: input.flattened)
  }

  var problemInPyTorch: String? { nil }

  /// The operator of one input and one output, and of no tensors.
  func add(
    _ operation: String, _ x: String, path: String, to graph: inout ONNXGraph,
    _ attributes: [ONNXGraph.Attribute] = []
  ) -> String {
    graph.add(operation, [x], name: "\(path).\(Self.kind)", attributes)
  }
}

/// Goes through a network for a program that keeps channels first, from the first layer to the last.
struct ExchangeWalk<Value> {
  /// A layer that is no container: its path, what comes in, and what the caller made of that.
  let leaf: (any ExchangeableLayer, _ path: String, ExchangeShape, Value) throws -> Value
  /// The sum of a residual block's branches.
  let sum: (_ path: String, _ body: Value, _ shortcut: Value) throws -> Value

  /// What the caller makes of the network's output.
  ///
  /// - Parameters:
  ///   - input: one example's shape.
  ///   - value: what the caller makes of the input.
  /// - Throws: `ModelError.notExchangeable` with the first layer that has no counterpart there.
  func callAsFunction(_ model: Sequential, input: Shape, _ value: Value) throws -> Value {
    guard (1...3).contains(input.rank) else {
      throw ModelError.notExchangeable(
        part: "the input", problem: "examples of shape \(input)",
        remedy:
          "only vectors, series, frames x numbers, and images, height x width x channels, can "
          + "go")
    }
    let (shape, result) = try walk(model, "", ExchangeShape(input), value)
    guard shape.flattened == nil else { throw Self.endsFlattened(model) }
    return result
  }

  /// The order of such a network's outputs would differ.
  static func endsFlattened(_ model: Sequential) -> ModelError {
    .notExchangeable(
      part: layerName("\(model.layers.count - 1)", model.layers.last),
      problem:
        "the network ends in an image flattened row by row, which programs that keep channels "
        + "first flatten channel by channel", remedy: "end with a dense layer")
  }

  private func walk(
    _ layer: any Layer, _ path: String, _ input: ExchangeShape, _ value: Value
  ) throws -> (ExchangeShape, Value) {
    switch layer {
    case let chain as Sequential:
      var (shape, value) = (input, value)
      for (index, layer) in chain.layers.enumerated() {
        let place = path.isEmpty ? "\(index)" : "\(path).\(index)"
        (shape, value) = try walk(layer, place, shape, value)
      }
      return (shape, value)
    case let block as Residual:
      let body = try walk(block.body, path + ".body", input, value)
      let shortcut = try walk(block.shortcut, path + ".shortcut", input, value)
      guard body.0 == shortcut.0 else { throw Self.ordersDiffer(path) }
      return (body.0, try sum(path, body.1, shortcut.1))
    case let layer as any ExchangeableLayer:
      return (try layer.exchangeOutput(for: input), try leaf(layer, path, input, value))
    default:
      throw ModelError.notExchangeable(
        part: layerName(path, layer), problem: "it has no counterpart there",
        remedy: "use a network without it")
    }
  }

  /// The two branches flatten different images, or only one does.
  static func ordersDiffer(_ path: String) -> ModelError {
    .notExchangeable(
      part: "layer \(path) (\(Residual.kind))",
      problem: "its body and its shortcut flatten images of different shapes, whose numbers other "
        + "programs order differently", remedy: "flatten before the block")
  }
}

/// "layer 4 (conv2d)".
func layerName(_ path: String, _ layer: (any Layer)?) -> String {
  "layer \(path) (\(layer.map { type(of: $0).kind } ?? "none"))"
}
