public import TensorCore

/// `vgg10` made to be trained for long: dropout behind every block, and batch norm behind the hidden
/// dense layer.
public enum VGG10Plus: NamedModel {
  /// "vgg10-plus".
  public static let name = "vgg10-plus"
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
    func dropout(_ setting: String, _ value: Float) throws -> [LayerSpecification] {
      let rate = try settings.float(setting, default: value, in: 0...Float(1).nextDown)
      return rate > 0 ? [.dropout(shortest(rate))] : []
    }
    let behindBlock = try dropout("block_dropout", 0.1)
    let blocks = try VGG10.widths(settings).flatMap { VGG10.block($0) + behindBlock }
    let units = try settings.int("units", default: 256)
    return try blocks + [.flatten, .dense(units), .batchNorm, .relu]
      + dropout("dropout", 0.5) + [.dense(classes)]
  }
}
