public import TensorCore

/// What a model is made of, layer by layer.
public struct ModelSummary: Sendable {
  /// One layer.
  public struct Row: Sendable, Hashable {
    /// Where it stands, as in the names of its parameters: "6.body.0".
    public let path: String
    /// Its kind, such as "conv2d".
    public let kind: String
    /// Its settings: "filters 32, kernel 3".
    public let settings: String
    /// The shape of its output for one example.
    public let output: Shape
    /// The numbers it trains.
    public let parameters: Int
    /// Multiplications with weights for one example.
    public let multiplyAdds: Int
  }

  /// The layers in order; those inside a residual block come before the block itself.
  public let rows: [Row]
  /// The numbers the model trains.
  public let parameters: Int
  /// The numbers it stores besides, such as running statistics.
  public let buffers: Int
  /// Multiplications with weights for one example.
  public let multiplyAdds: Int

  /// Goes through the model for examples of a shape. Throws `ModelError` where that does not fit.
  public init(_ model: Sequential, input: Shape) throws {
    rows = try Self.rows(of: model, path: "", input: input)
    var (model, parameters, buffers) = (model, 0, 0)
    model.forEachParameter { parameters += $1.count }
    model.forEachBuffer { buffers += $1.count }
    self.parameters = parameters
    self.buffers = buffers
    multiplyAdds = try model.multiplyAdds(for: input)
  }

  private static func rows(of chain: Sequential, path: String, input: Shape) throws -> [Row] {
    var (shape, rows) = (input, [Row]())
    for (index, layer) in chain.layers.enumerated() {
      rows += try Self.rows(of: layer, path: "\(path)\(index)", input: shape)
      shape = try layer.outputShape(for: shape)
    }
    return rows
  }

  private static func rows(of layer: any Layer, path: String, input: Shape) throws -> [Row] {
    switch layer {
    case let chain as Sequential:
      return try rows(of: chain, path: "\(path).", input: input)
    case let block as Residual:
      let inner =
        try rows(of: block.body, path: "\(path).body.", input: input)
        + rows(of: block.shortcut, path: "\(path).shortcut.", input: input)
      return inner + [
        Row(
          path: path, kind: Residual.kind,
          settings: block.shortcut.layers.isEmpty ? "adds its input" : "adds its shortcut",
          output: try block.outputShape(for: input), parameters: 0, multiplyAdds: 0)
      ]
    default:
      var (copy, parameters) = (layer, 0)
      copy.forEachParameter { parameters += $1.count }
      let settings = layer.specification.settings.sorted { $0.key < $1.key }
      return [
        Row(
          path: path, kind: type(of: layer).kind,
          settings: settings.map { "\($0.key) \($0.value.text)" }.joined(separator: ", "),
          output: try layer.outputShape(for: input), parameters: parameters,
          multiplyAdds: try layer.multiplyAdds(for: input))
      ]
    }
  }
}

extension JSONValue {
  /// A setting's value for a person.
  fileprivate var text: String {
    switch self {
    case .null: "none"
    case .bool(let value): "\(value)"
    case .int(let value): "\(value)"
    case .double(let value): "\(value)"
    case .string(let value): value
    case .array(let values): "[\(values.map(\.text).joined(separator: ", "))]"
    case .object: "{…}"
    }
  }
}
