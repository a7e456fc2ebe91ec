public import TensorCore

/// The blocks of `vgg10-plus`, then the mean of each channel over the picture in place of dense layers
/// (global average pooling: Lin, Chen and Yan, ICLR 2014, DOI 10.48550/arXiv.1312.4400): its parameters
/// do not grow with the picture.
public enum VGGGap: NamedModel {
  /// "vgg-gap".
  public static let name = "vgg-gap"
  /// Pictures.
  public static let input = ModelInput.picture
  /// One line for a list.
  public static let summary =
    "for spectrograms and pictures of any size: the blocks of vgg10, the mean over the picture"

  /// Settings: `widths`, the filters of each block, 32, 64, 128, 256 unless given; `block_dropout`, the
  /// rate behind each block, 0.1, and `dropout`, the rate behind the mean, 0.5. At a rate of 0 there is
  /// no such layer.
  public static func layers(
    _ settings: [String: JSONValue], classes: Int
  ) throws -> [LayerSpecification] {
    let settings = LayerSpecification(name, settings)
    try settings.expectOnly("widths", "block_dropout", "dropout")
    let behindBlock = try settings.dropout("block_dropout", default: 0.1)
    let blocks = try VGG10.widths(settings).flatMap { VGG10.block($0) + behindBlock }
    return try blocks + [.globalAverage] + settings.dropout("dropout", default: 0.5)
      + [.dense(classes)]
  }
}
