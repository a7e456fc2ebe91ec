public import TensorCore

/// Layers one after another; layer `i`'s parameters are named `i.weight` and so on.
public struct Sequential: Layer {
  /// "sequential"; settings: `layers`.
  public static let kind = "sequential"

  /// The layers, first to last.
  public var layers: [any Layer]

  /// A chain of the given layers.
  public init(_ layers: [any Layer]) { self.layers = layers }

  /// Makes each layer for the output shape of the one before. Throws `ModelError`.
  public init(
    _ specifications: [LayerSpecification], input: Shape, random: RandomStream
  ) throws {
    var shape = input
    layers = []
    for (index, specification) in specifications.enumerated() {
      let layer = try LayerRegistry.make(
        specification, input: shape, random: random.substream(index))
      shape = try layer.outputShape(for: shape)
      layers.append(layer)
    }
  }

  /// `{"layer": "sequential", "layers": […]}`.
  public init(_ specification: LayerSpecification, input: Shape, random: RandomStream) throws {
    try specification.expectOnly("layers")
    try self.init(specification.layers("layers"), input: input, random: random)
  }

  /// The description that makes this chain again.
  public var specification: LayerSpecification {
    LayerSpecification(Self.kind, ["layers": .array(layers.map { $0.specification.json })])
  }

  /// The last layer's output shape, each layer being asked in turn.
  public func outputShape(for input: Shape) throws -> Shape {
    try layers.reduce(input) { try $1.outputShape(for: $0) }
  }

  /// The sum over the layers.
  public func multiplyAdds(for input: Shape) throws -> Int {
    var (shape, sum) = (input, 0)
    for layer in layers {
      sum += try layer.multiplyAdds(for: shape)
      shape = try layer.outputShape(for: shape)
    }
    return sum
  }

  /// Runs the layers in order; the cache is the list of theirs.
  public func forward(_ x: Tensor, _ phase: Phase) -> (output: Tensor, cache: [any Sendable]) {
    var (activation, caches) = (x, [any Sendable]())
    for (index, layer) in layers.enumerated() {
      let (output, cache) = layer.forwardErased(activation, phase.substream(index))
      activation = output
      caches.append(cache)
    }
    return (activation, caches)
  }

  /// The output alone, for answering: no cache outlives its layer.
  public func predict(_ x: Tensor) -> Tensor {
    layers.reduce(x) { $1.forwardErased($0, .inference).output }
  }

  /// Runs the layers backwards; the gradients come in the order of `forEachParameter`.
  public func backward(
    _ dy: Tensor, _ caches: [any Sendable]
  ) -> (input: Tensor, parameters: [Tensor]) {
    var gradient = dy
    var parameters: [[Tensor]] = []
    for (layer, cache) in zip(layers, caches).reversed() {
      let (input, own) = layer.backwardErased(gradient, cache)
      gradient = input
      parameters.append(own)
    }
    return (gradient, parameters.reversed().flatMap { $0 })
  }

  /// Runs the layers backwards for the input alone.
  public func backwardInput(_ dy: Tensor, _ caches: [any Sendable]) -> Tensor {
    zip(layers, caches).reversed().reduce(dy) { $1.0.backwardInputErased($0, $1.1) }
  }

  /// Visits every layer's parameters under `index.name`.
  public mutating func forEachParameter(
    _ body: (String, inout Tensor) throws -> Void
  ) rethrows {
    for index in layers.indices {
      try layers[index].forEachParameter { try body("\(index).\($0)", &$1) }
    }
  }

  /// Visits every layer's buffers under `index.name`.
  public mutating func forEachBuffer(_ body: (String, inout Tensor) throws -> Void) rethrows {
    for index in layers.indices {
      try layers[index].forEachBuffer { try body("\(index).\($0)", &$1) }
    }
  }

  /// Asks every layer with its paths.
  public mutating func freezeStatistics(where isFrozen: (_ path: String) -> Bool) {
    for index in layers.indices {
      layers[index].freezeStatistics { isFrozen("\(index).\($0)") }
    }
  }

  /// Lets every layer take over what it has learnt.
  public mutating func commit(_ caches: [any Sendable]) {
    for (index, cache) in caches.enumerated() { layers[index].commitErased(cache) }
  }
}
