public import TensorCore

/// A model that a name stands for.
public protocol NamedModel: Sendable {
  /// What `--model` calls it.
  static var name: String { get }
  /// One line for `mien model list`.
  static var summary: String { get }
  /// The layers, for its settings and a number of classes. Throws `ModelError`.
  static func layers(
    _ settings: [String: JSONValue], classes: Int
  ) throws -> [LayerSpecification]
}

/// The named models. A new one is one file and one line here.
public enum ModelZoo {
  /// All of them, in the order of the list.
  public static let models: [any NamedModel.Type] = [
    SimpleCNN.self,
    VGG10.self,
    VGG10Plus.self,
    ResNet.self,
  ]

  /// The model of a name. Throws `ModelError.unknownModel`.
  public static func model(_ name: String) throws -> any NamedModel.Type {
    guard let model = models.first(where: { $0.name == name }) else {
      throw ModelError.unknownModel(name: name, known: models.map { $0.name })
    }
    return model
  }
}

// Layers as the models of the zoo write them.
extension LayerSpecification {
  static let relu = LayerSpecification(ReLU.kind)
  static let batchNorm = LayerSpecification(BatchNorm.kind)
  static let flatten = LayerSpecification(Flatten.kind)

  static func dropout(_ rate: Double) -> Self { Self(Dropout.kind, ["rate": .double(rate)]) }

  static func dense(_ units: Int) -> Self { Self(Dense.kind, ["units": .int(units)]) }

  /// A 3x3 convolution that keeps the size, divided by the stride.
  static func conv3x3(_ filters: Int, stride: Int = 1, bias: Bool) -> Self {
    Self(
      "conv2d",
      [
        "filters": .int(filters), "kernel": 3, "stride": .int(stride), "padding": 1,
        "bias": .bool(bias),
      ])
  }

  /// A 2x2 maximum that halves the size.
  static let halve = LayerSpecification("max_pool2d", ["size": 2, "stride": 2])
}
