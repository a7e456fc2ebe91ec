public import TensorCore

/// The kinds of layers that a JSON list may name. A new layer is one line here.
public enum LayerRegistry {
  static let layers: [any Layer.Type] = [
    AveragePool2D.self,
    BatchNorm.self,
    Conv2D.self,
    Dense.self,
    Dropout.self,
    Flatten.self,
    GELU.self,
    GlobalAveragePool.self,
    LeakyReLU.self,
    MaxPool2D.self,
    ReLU.self,
    Residual.self,
    Sequential.self,
    Sigmoid.self,
    Tanh.self,
  ]

  /// The names of all kinds, in the order of the registry.
  public static var kinds: [String] { layers.map { $0.kind } }

  /// Makes a layer from its description. Throws `ModelError`.
  public static func make(
    _ specification: LayerSpecification, input: Shape, random: RandomStream
  ) throws -> any Layer {
    guard let type = layers.first(where: { $0.kind == specification.layer }) else {
      throw ModelError.badLayer(
        layer: specification.layer, problem: "no such kind of layer",
        remedy: "the kinds are \(kinds.joined(separator: ", "))")
    }
    return try type.init(specification, input: input, random: random)
  }
}
