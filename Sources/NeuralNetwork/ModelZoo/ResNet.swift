public import TensorCore

/// A small residual network: a 3x3 convolution, stages of residual blocks, the mean over the image
/// (He et al., CVPR 2016, DOI 10.1109/CVPR.2016.90).
public enum ResNet: NamedModel {
  /// "resnet".
  public static let name = "resnet"
  /// Pictures.
  public static let input = ModelInput.picture
  /// One line for a list.
  public static let summary = "three stages of two residual blocks (24, 48, 96), global average"

  /// Settings: `widths`, the filters of each stage, 24, 48, 96 unless given, and `blocks` in a
  /// stage, 2 unless given. Every stage but the first halves the image.
  public static func layers(
    _ settings: [String: JSONValue], classes: Int
  ) throws -> [LayerSpecification] {
    let settings = LayerSpecification(name, settings)
    try settings.expectOnly("widths", "blocks")
    let widths = try settings.ints("widths", default: [24, 48, 96])
    let count = try settings.int("blocks", default: 2)
    var layers: [LayerSpecification] = [.conv3x3(widths[0], bias: false), .batchNorm, .relu]
    for (stage, width) in widths.enumerated() {
      for index in 0..<count {
        layers += [block(width, halves: stage > 0 && index == 0), .relu]
      }
    }
    return layers + [.globalAverage, .dense(classes)]
  }

  /// Two convolutions around the shortcut, which is a 1x1 convolution of stride 2 where the block
  /// halves the image.
  private static func block(_ width: Int, halves: Bool) -> LayerSpecification {
    let body: [LayerSpecification] = [
      .conv3x3(width, stride: halves ? 2 : 1, bias: false), .batchNorm, .relu,
      .conv3x3(width, bias: false), .batchNorm,
    ]
    var settings: [String: JSONValue] = ["body": .array(body.map(\.json))]
    if halves {
      let projection = LayerSpecification(
        "conv2d", ["filters": .int(width), "kernel": 1, "stride": 2, "bias": false])
      settings["shortcut"] = .array([projection.json, LayerSpecification.batchNorm.json])
    }
    return LayerSpecification(Residual.kind, settings)
  }
}
