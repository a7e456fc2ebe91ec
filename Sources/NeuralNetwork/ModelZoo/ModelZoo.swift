public import TensorCore

/// A model that a name stands for.
public protocol NamedModel: Sendable {
  /// What `--model` calls it.
  static var name: String { get }
  /// One line for `mien model list`.
  static var summary: String { get }
  /// What it learns from.
  static var input: ModelInput { get }
  /// The layers, for its settings and a number of classes. Throws `ModelError`.
  static func layers(
    _ settings: [String: JSONValue], classes: Int
  ) throws -> [LayerSpecification]
}

/// What one example of a named model's data is.
public enum ModelInput: Sendable {
  /// [H, W, C].
  case picture
  /// [T, C]: frames one after another, each of the same numbers.
  case series
  /// A shape of any rank, taken as a row of numbers.
  case numbers

  /// An example to show a model with: a face, two seconds of twenty cepstral coefficients or more, the
  /// figures of a piece of music.
  public var usualShape: Shape {
    switch self {
    case .picture: [48, 48, 1]
    case .series: [128, 20]
    case .numbers: [58]
    }
  }

  /// Whether an example may be of a shape.
  func takes(_ shape: Shape) -> Bool { self == .numbers || shape.rank == usualShape.rank }

  /// The shape in words.
  var words: String {
    switch self {
    case .picture: "pictures, height x width x channels"
    case .series: "series, frames x numbers"
    case .numbers: "rows of numbers"
    }
  }
}

/// The named models. A new one is one file and one line here.
public enum ModelZoo {
  /// All of them, in the order of the list.
  public static let models: [any NamedModel.Type] = [
    SimpleCNN.self,
    VGG10.self,
    VGG10Plus.self,
    VGGGap.self,
    ResNet.self,
    TimeCNN.self,
    MLP.self,
  ]

  /// The model that learns from examples of a shape where none is named: `vgg10` from pictures,
  /// `time-cnn` from series, `mlp` from all else.
  public static func usual(for input: Shape) -> any NamedModel.Type {
    switch input.rank {
    case 3: VGG10.self
    case 2: TimeCNN.self
    default: MLP.self
    }
  }

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
  static let globalAverage = LayerSpecification(GlobalAveragePool.kind)

  static func dropout(_ rate: Double) -> Self { Self(Dropout.kind, ["rate": .double(rate)]) }

  static func dense(_ units: Int) -> Self { Self(Dense.kind, ["units": .int(units)]) }

  /// Dropout at the rate of a setting, or nothing where that is 0.
  func dropout(_ setting: String, default value: Float) throws -> [LayerSpecification] {
    let rate = try float(setting, default: value, in: 0...Float(1).nextDown)
    return rate > 0 ? [.dropout(shortest(rate))] : []
  }

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
