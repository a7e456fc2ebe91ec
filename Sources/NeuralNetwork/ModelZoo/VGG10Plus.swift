public import TensorCore

/// `vgg10` made to be trained for long: dropout behind every block, and batch norm behind the hidden
/// dense layer.
public enum VGG10Plus: NamedModel {
  /// "vgg10-plus".
  public static let name = "vgg10-plus"
  /// Pictures.
  public static let input = ModelInput.picture
  /// One line for a list.
  public static let summary =
    "vgg10 for long training: dropout behind each block, batch norm behind the dense layer"

  /// Settings: `widths`, the filters of each block, 32, 64, 128, 256 unless given; `units` of the
  /// hidden dense layer, 256; `block_dropout`, the rate behind each block, 0.1, and `dropout`, the
  /// rate behind the dense layer, 0.5. At a rate of 0 there is no such layer.
  public static func layers(
    _ settings: [String: JSONValue], classes: Int
  ) throws -> [LayerSpecification] {
    let settings = LayerSpecification(name, settings)
    try settings.expectOnly("widths", "units", "block_dropout", "dropout")
    let behindBlock = try settings.dropout("block_dropout", default: 0.1)
    let blocks = try VGG10.widths(settings).flatMap { VGG10.block($0) + behindBlock }
    let units = try settings.int("units", default: 256)
    return try blocks + [.flatten, .dense(units), .batchNorm, .relu]
      + settings.dropout("dropout", default: 0.5) + [.dense(classes)]
  }
}
