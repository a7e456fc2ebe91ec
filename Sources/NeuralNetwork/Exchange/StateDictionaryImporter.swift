internal import TensorCore

/// Makes a network layer by layer and gives each the weights of a state dictionary.
struct StateDictionaryImporter {
  private var tensors: [String: Tensor] = [:]
  private let file: String

  init(_ tensors: [NamedTensor], file: String) {
    for named in tensors where !StateDictionary.isIgnored(named.name) {
      self.tensors[named.name] = named.tensor
    }
    self.file = file
  }

  /// Throws as `StateDictionary.network`.
  mutating func network(
    _ layers: [LayerSpecification], input: Shape
  ) throws -> Sequential {
    guard (1...3).contains(input.rank) else {
      throw ModelError.notExchangeable(
        part: "the input", problem: "examples of shape \(input)",
        remedy:
          "only vectors, series, frames x numbers, and images, height x width x channels, can "
          + "come")
    }
    var shape = ExchangeShape(input)
    let model = try chain(layers, "", &shape)
    guard shape.flattened == nil else { throw ExchangeWalk<Void>.endsFlattened(model) }
    if let name = tensors.keys.min(by: precedes) {
      throw bad("there is no layer for \"\(name)\"")
    }
    return model
  }

  private mutating func chain(
    _ layers: [LayerSpecification], _ path: String, _ shape: inout ExchangeShape
  ) throws -> Sequential {
    var made: [any Layer] = []
    for (index, specification) in layers.enumerated() {
      let place = path.isEmpty ? "\(index)" : "\(path).\(index)"
      made.append(try layer(specification, place, &shape))
    }
    return Sequential(made)
  }

  private mutating func layer(
    _ specification: LayerSpecification, _ path: String, _ shape: inout ExchangeShape
  ) throws -> any Layer {
    switch specification.layer {
    case Sequential.kind:
      try specification.expectOnly("layers")
      return try chain(specification.layers("layers"), path, &shape)
    case Residual.kind:
      try specification.expectOnly("body", "shortcut")
      var (body, shortcut) = (shape, shape)
      let block = Residual(
        body: try chain(specification.layers("body"), path + ".body", &body),
        shortcut: try specification.settings["shortcut"] == nil
          ? Sequential([]) : chain(specification.layers("shortcut"), path + ".shortcut", &shortcut))
      _ = try block.outputShape(for: shape.shape)
      guard body == shortcut else { throw ExchangeWalk<Void>.ordersDiffer(path) }
      shape = body
      return block
    default:
      let made = try LayerRegistry.make(
        specification, input: shape.shape, random: RandomStream(seed: 0))
      guard let made = made as? any ExchangeableLayer else {
        throw ModelError.notExchangeable(
          part: layerName(path, made), problem: "it has no counterpart there",
          remedy: "use a network without it")
      }
      let filled = try taking(made, path, shape)
      shape = try filled.exchangeOutput(for: shape)
      guard Self.isModest(shape.shape) else {
        throw ModelError.notExchangeable(
          part: layerName(path, filled), problem: "its output is \(shape.shape)",
          remedy: "make it smaller; a layer may give 2^28 numbers")
      }
      return filled
    }
  }

  /// Whether a shape is of 2²⁸ numbers at most. Padding adds up from layer to layer, and sizes that
  /// multiply must not overflow.
  private static func isModest(_ shape: Shape) -> Bool {
    var count = 1
    for extent in shape.dimensions {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= 1 << 28 else { return false }
      count = product
    }
    return true
  }

  /// The layer with the weights under its path, which are then used up.
  private mutating func taking(
    _ layer: any ExchangeableLayer, _ path: String, _ shape: ExchangeShape
  ) throws -> any ExchangeableLayer {
    let name = layerName(path, layer)
    var given: [String: Tensor] = [:]
    for tensor in layer.exchangeTensors(input: shape) {
      let key = "\(path).\(tensor.foreign)"
      guard let values = tensors.removeValue(forKey: key) else {
        throw bad("\(name): the tensor \"\(key)\" is missing")
      }
      guard values.shape == tensor.layout.foreign else {
        throw bad(
          "\(name): \"\(key)\" has shape \(values.shape), expected \(tensor.layout.foreign)")
      }
      guard values.isFinite else {
        throw bad("\(name): \"\(key)\" holds numbers that are infinite or none at all")
      }
      given[tensor.own] = tensor.layout.imported(values)
    }
    if let key = tensors.keys.filter({ $0.hasPrefix(path + ".") }).min(by: precedes) {
      throw bad("\(name): it has no place for \"\(key)\"")
    }
    var filled = layer
    func take(_ name: String, _ tensor: inout Tensor) {
      if let values = given[name] { tensor = values }
    }
    filled.forEachParameter(take)
    filled.forEachBuffer(take)
    return filled
  }

  private func bad(_ problem: String) -> ModelError {
    .badWeights(
      file: file, problem: problem,
      remedy: "describe the layers as they are there, one for each module of the nn.Sequential")
  }
}

/// Whether a path stands before another one: numbers in it go by their value, `2.weight` before
/// `10.weight`.
private func precedes(_ a: String, _ b: String) -> Bool {
  let (x, y) = (a.split(separator: "."), b.split(separator: "."))
  for (p, q) in zip(x, y) where p != q {
    if let m = Int(p), let n = Int(q) { return m < n }
    return p < q
  }
  return x.count < y.count
}
