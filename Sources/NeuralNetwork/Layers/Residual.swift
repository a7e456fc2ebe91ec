internal import Kernels
public import TensorCore

/// y = body(x) + shortcut(x), the shortcut being x itself unless layers are given for it (He et al.,
/// CVPR 2016, DOI 10.1109/CVPR.2016.90).
public struct Residual: Layer {
  /// "residual"; settings: `body`, and `shortcut` where shapes differ: lists of layers.
  public static let kind = "residual"

  /// What is learnt on top of the shortcut.
  public var body: Sequential
  /// Brings x to the body's output shape; empty for x itself.
  public var shortcut: Sequential

  /// The caches of both branches.
  public struct Cache: Sendable {
    let body: [any Sendable]
    let shortcut: [any Sendable]
  }

  /// A sum of two chains.
  public init(body: Sequential, shortcut: Sequential = Sequential([])) {
    self.body = body
    self.shortcut = shortcut
  }

  /// `{"layer": "residual", "body": […], "shortcut": […]}`.
  public init(_ specification: LayerSpecification, input: Shape, random: RandomStream) throws {
    try specification.expectOnly("body", "shortcut")
    let shortcut =
      specification.settings["shortcut"] == nil ? [] : try specification.layers("shortcut")
    self.init(
      body: try Sequential(
        specification.layers("body"), input: input, random: random.substream(0)),
      shortcut: try Sequential(shortcut, input: input, random: random.substream(1)))
    _ = try outputShape(for: input)
  }

  /// The description that makes this layer again.
  public var specification: LayerSpecification {
    var settings: [String: JSONValue] = ["body": .array(body.layers.map { $0.specification.json })]
    if !shortcut.layers.isEmpty {
      settings["shortcut"] = .array(shortcut.layers.map { $0.specification.json })
    }
    return LayerSpecification(Self.kind, settings)
  }

  /// The shape that both branches agree on.
  public func outputShape(for input: Shape) throws -> Shape {
    let (sum, other) = (try body.outputShape(for: input), try shortcut.outputShape(for: input))
    guard sum == other else {
      throw ModelError.badLayer(
        layer: Self.kind, problem: "its body gives \(sum), its shortcut \(other)",
        remedy: "make the shapes equal, with a 1x1 convolution as \"shortcut\" for example")
    }
    return sum
  }

  /// The sum over both branches.
  public func multiplyAdds(for input: Shape) throws -> Int {
    try body.multiplyAdds(for: input) + shortcut.multiplyAdds(for: input)
  }

  /// Runs both branches on x and adds.
  public func forward(_ x: Tensor, _ phase: Phase) -> (output: Tensor, cache: Cache) {
    let (a, bodyCache) = body.forward(x, phase.substream(0))
    let (b, shortcutCache) = shortcut.forward(x, phase.substream(1))
    return (sum(a, b), Cache(body: bodyCache, shortcut: shortcutCache))
  }

  /// dx is the sum of what the branches give.
  public func backward(_ dy: Tensor, _ cache: Cache) -> (input: Tensor, parameters: [Tensor]) {
    let a = body.backward(dy, cache.body)
    let b = shortcut.backward(dy, cache.shortcut)
    return (sum(a.input, b.input), a.parameters + b.parameters)
  }

  /// The same without the layers' parameters.
  public func backwardInput(_ dy: Tensor, _ cache: Cache) -> Tensor {
    sum(body.backwardInput(dy, cache.body), shortcut.backwardInput(dy, cache.shortcut))
  }

  private func sum(_ a: Tensor, _ b: Tensor) -> Tensor {
    precondition(a.shape == b.shape, "residual: \(a.shape) + \(b.shape)")
    return Tensor(uninitialized: a.shape) { y in
      Tensor.read(a, b) { add(count: a.count, $0, $1, y) }
    }
  }

  /// Visits the body's as `body.…`, then the shortcut's as `shortcut.…`.
  public mutating func forEachParameter(
    _ visit: (String, inout Tensor) throws -> Void
  ) rethrows {
    try body.forEachParameter { try visit("body.\($0)", &$1) }
    try shortcut.forEachParameter { try visit("shortcut.\($0)", &$1) }
  }

  /// Visits the body's as `body.…`, then the shortcut's as `shortcut.…`.
  public mutating func forEachBuffer(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try body.forEachBuffer { try visit("body.\($0)", &$1) }
    try shortcut.forEachBuffer { try visit("shortcut.\($0)", &$1) }
  }

  /// Asks both branches with their paths.
  public mutating func freezeStatistics(where isFrozen: (_ path: String) -> Bool) {
    body.freezeStatistics { isFrozen("body.\($0)") }
    shortcut.freezeStatistics { isFrozen("shortcut.\($0)") }
  }

  /// Lets both branches take over what they have learnt.
  public mutating func commit(_ cache: Cache) {
    body.commit(cache.body)
    shortcut.commit(cache.shortcut)
  }
}

// A network that is a sum of networks: a residual alone, with layers in both its branches.
extension Residual {
  /// The sum of two chains.
  public static func sum(
    of body: [LayerSpecification], and shortcut: [LayerSpecification]
  ) -> LayerSpecification {
    LayerSpecification(
      kind, ["body": .array(body.map(\.json)), "shortcut": .array(shortcut.map(\.json))])
  }

  /// The chains that a chain is the sum of; of any other itself.
  static func summands(of layers: [LayerSpecification]) -> [[LayerSpecification]] {
    guard layers.count == 1, layers[0].layer == kind, let body = try? layers[0].layers("body"),
      let shortcut = try? layers[0].layers("shortcut")
    else { return [layers] }
    return summands(of: body) + summands(of: shortcut)
  }

  /// The same with their weights.
  public static func summands(of model: Sequential) -> [Sequential] {
    guard model.layers.count == 1, let sum = model.layers[0] as? Residual,
      !sum.body.layers.isEmpty, !sum.shortcut.layers.isEmpty
    else { return [model] }
    return summands(of: sum.body) + summands(of: sum.shortcut)
  }
}
