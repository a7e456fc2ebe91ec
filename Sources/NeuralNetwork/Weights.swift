internal import TensorCore

extension Layer {
  /// Everything a file must keep of the layer, parameters first and then buffers, under
  /// `prefix` + name.
  public func namedTensors(prefix: String = "") -> [NamedTensor] {
    var (layer, result) = (self, [NamedTensor]())
    layer.forEachParameter { result.append(NamedTensor(prefix + $0, $1)) }
    layer.forEachBuffer { result.append(NamedTensor(prefix + $0, $1)) }
    return result
  }

  /// Takes over parameters and buffers from the tensors whose names begin with `prefix`; others are
  /// left alone. `file` is named in errors.
  ///
  /// Throws `ModelError.badWeights`, and then nothing has changed, where one is missing, has another
  /// shape, or has no place in the layer.
  public mutating func load(
    _ tensors: [NamedTensor], prefix: String = "", file: String
  ) throws {
    var found: [String: Tensor] = [:]
    for named in tensors where named.name.hasPrefix(prefix) { found[named.name] = named.tensor }
    let own = namedTensors(prefix: prefix)
    func bad(_ problem: String) -> ModelError {
      .badWeights(
        file: file, problem: problem, remedy: "use the weights that belong to this model")
    }
    for (name, tensor) in own.map({ ($0.name, $0.tensor) }) {
      guard let given = found[name] else { throw bad("the tensor \"\(name)\" is missing") }
      guard given.shape == tensor.shape else {
        throw bad("\"\(name)\" has shape \(given.shape), expected \(tensor.shape)")
      }
    }
    if let extra = Set(found.keys).subtracting(own.map(\.name)).min() {
      throw bad("the model has no tensor \"\(extra)\"")
    }
    func take(_ name: String, _ tensor: inout Tensor) {
      if let given = found[prefix + name] { tensor = given }
    }
    forEachParameter(take)
    forEachBuffer(take)
  }
}
