public import TensorCore

/// The reference network: blocks of twice [3x3 convolution → batch norm → ReLU] and a max pool, then
/// two dense layers with dropout, after Simonyan and Zisserman (ICLR 2015,
/// DOI 10.48550/arXiv.1409.1556).
public enum VGG10: NamedModel {
  /// "vgg10".
  public static let name = "vgg10"
  /// Pictures.
  public static let input = ModelInput.picture
  /// One line for a list.
  public static let summary =
    "the reference: four blocks of two 3x3 convolutions with batch norm, dense 256, dropout"

  /// Settings: `widths`, the filters of each block, 32, 64, 128, 256 unless given.
  public static func layers(
    _ settings: [String: JSONValue], classes: Int
  ) throws -> [LayerSpecification] {
    let settings = LayerSpecification(name, settings)
    try settings.expectOnly("widths")
    return try widths(settings).flatMap(block)
      + [.flatten, .dense(256), .relu, .dropout(0.5), .dense(classes)]
  }

  /// The filters of each block.
  static func widths(_ settings: LayerSpecification) throws -> [Int] {
    try settings.ints("widths", default: [32, 64, 128, 256])
  }

  /// Two convolutions of so many filters, and half the side.
  static func block(_ width: Int) -> [LayerSpecification] {
    let convolution: [LayerSpecification] = [.conv3x3(width, bias: false), .batchNorm, .relu]
    return convolution + convolution + [.halve]
  }
}
