public import TensorCore

/// A network's weights as the state dictionary of a PyTorch module has them: `0.weight` in
/// [out, in, height, width], `1.running_mean`, and so on, where the module is an `nn.Sequential` of one
/// module a layer, and a residual block a module of two chains, `body` and `shortcut`.
///
/// Only the order of numbers changes, so there and back is bit for bit the same.
public enum StateDictionary {
  /// The tensors of a network, layer by layer.
  ///
  /// - Parameter input: one example's shape, [H, W, C], [T, C] or [F].
  /// - Throws: `ModelError.notExchangeable` with the first layer that PyTorch has no counterpart of.
  public static func tensors(of model: Sequential, input: Shape) throws -> [NamedTensor] {
    var tensors: [NamedTensor] = []
    let walk = ExchangeWalk<Void>(
      leaf: { layer, path, shape, _ in
        if let problem = layer.problemInPyTorch {
          throw ModelError.notExchangeable(
            part: layerName(path, layer), problem: problem, remedy: "export to ONNX")
        }
        tensors += layer.exchanged(input: shape).map {
          NamedTensor("\(path).\($0.name)", $0.tensor)
        }
      },
      sum: { _, _, _ in })
    try walk(model, input: input, ())
    return tensors
  }

  /// Names that a state dictionary may have and Mien has no use for: how many batches a batch norm has
  /// seen.
  public static func isIgnored(_ name: String) -> Bool {
    name == "num_batches_tracked" || name.hasSuffix(".num_batches_tracked")
  }

  /// The network of the layers described, with the weights of a state dictionary.
  ///
  /// Each layer takes its weights before the next one is made, so that no more memory is taken than
  /// the tensors and one layer need, whatever the description says.
  ///
  /// - Parameters:
  ///   - input: one example's shape, [H, W, C], [T, C] or [F].
  ///   - tensors: those of the dictionary; names that are ignored may be among them.
  ///   - file: where they come from, for errors.
  /// - Throws: `ModelError.badWeights` for the first layer that cannot take its tensors, also where
  ///   there are tensors it has no place for; `ModelError.badLayer` for a description that does not
  ///   make sense; `ModelError.notExchangeable`.
  public static func network(
    _ layers: [LayerSpecification], input: Shape, tensors: [NamedTensor], file: String
  ) throws -> Sequential {
    var importer = StateDictionaryImporter(tensors, file: file)
    return try importer.network(layers, input: input)
  }
}

extension ExchangeableLayer {
  /// The layer's tensors under PyTorch's names and in its layout.
  func exchanged(input: ExchangeShape) -> [NamedTensor] {
    var own: [String: Tensor] = [:]
    for named in namedTensors() { own[named.name] = named.tensor }
    return exchangeTensors(input: input).map { tensor in
      guard let values = own.removeValue(forKey: tensor.own) else {
        preconditionFailure("\(Self.kind) has no tensor \(tensor.own)")
      }
      return NamedTensor(tensor.foreign, tensor.layout.exported(values))
    }
  }
}
