public import TensorCore

/// Two convolutions with max pooling, two dense layers: a first network to try things with.
public enum SimpleCNN: NamedModel {
  /// "simple-cnn".
  public static let name = "simple-cnn"
  /// Pictures.
  public static let input = ModelInput.picture
  /// One line for a list.
  public static let summary = "two 3x3 convolutions (32, 64) with max pooling, dense 128"

  /// It has no settings.
  public static func layers(
    _ settings: [String: JSONValue], classes: Int
  ) throws -> [LayerSpecification] {
    try LayerSpecification(name, settings).expectOnly()
    return [
      .conv3x3(32, bias: true), .relu, .halve,
      .conv3x3(64, bias: true), .relu, .halve,
      .flatten, .dense(128), .relu, .dense(classes),
    ]
  }
}
