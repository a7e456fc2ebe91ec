public import TensorCore

/// Dense layers over a row of numbers, each with batch norm (Ioffe and Szegedy, ICML 2015), ReLU and
/// dropout: for tables, and for anything else as if it had no shape.
public enum MLP: NamedModel {
  /// "mlp".
  public static let name = "mlp"
  /// Rows of numbers; all else is flattened.
  public static let input = ModelInput.numbers
  /// One line for a list.
  public static let summary = "for tables: dense layers (128, 64) with batch norm and dropout"

  /// Settings: `units` of the hidden layers, 128, 64 unless given; `batch_norm` behind each, true, and
  /// `dropout`, its rate behind each, 0.3. At a rate of 0 there is no such layer.
  public static func layers(
    _ settings: [String: JSONValue], classes: Int
  ) throws -> [LayerSpecification] {
    let settings = LayerSpecification(name, settings)
    try settings.expectOnly("units", "batch_norm", "dropout")
    let norm: [LayerSpecification] =
      try settings.bool("batch_norm", default: true) ? [.batchNorm] : []
    let dropout = try settings.dropout("dropout", default: 0.3)
    let hidden = try settings.ints("units", default: [128, 64]).flatMap {
      [.dense($0)] + norm + [.relu] + dropout
    }
    return [.flatten] + hidden + [.dense(classes)]
  }
}
