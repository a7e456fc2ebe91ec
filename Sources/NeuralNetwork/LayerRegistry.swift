internal import Synchronization
public import TensorCore

/// The kinds of layers that a JSON list may name. A new layer is one line here; a program that embeds
/// Mien registers its own.
public enum LayerRegistry {
  /// Those of this module.
  static let own: [any Layer.Type] = [
    AveragePool2D.self,
    BatchNorm.self,
    Conv1D.self,
    Conv2D.self,
    Dense.self,
    Dropout.self,
    Flatten.self,
    GELU.self,
    GlobalAveragePool.self,
    LeakyReLU.self,
    MaxPool1D.self,
    MaxPool2D.self,
    ReLU.self,
    Residual.self,
    Sequential.self,
    Sigmoid.self,
    Tanh.self,
  ]

  /// The layers of other modules, in the order in which they came.
  private static let registered = Mutex<[any Layer.Type]>([])

  static var layers: [any Layer.Type] { own + registered.withLock { $0 } }

  /// Makes a layer of another module known by its kind, so that lists of layers and checkpoints may
  /// name it. To register a type again changes nothing. From any thread.
  ///
  /// Throws `ModelError.badLayer` where another type has the kind already.
  public static func register(_ type: any Layer.Type) throws {
    try registered.withLock { registered in
      if let other = (own + registered).first(where: { $0.kind == type.kind }) {
        guard other == type else {
          throw ModelError.badLayer(
            layer: type.kind, problem: "\(type) is to be a kind that \(other) is already",
            remedy: "give its kind a name of its own, such as \"my_\(type.kind)\"")
        }
      } else {
        registered.append(type)
      }
    }
  }

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
