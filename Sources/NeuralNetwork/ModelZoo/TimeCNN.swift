public import TensorCore

/// A small network over time: blocks of [convolution → batch norm → ReLU → maximum of two frames], the
/// mean over what time is left, after Wang, Yan and Oates (IJCNN 2017,
/// DOI 10.1109/IJCNN.2017.7966039), who do without the maximum.
public enum TimeCNN: NamedModel {
  /// "time-cnn".
  public static let name = "time-cnn"
  /// Series.
  public static let input = ModelInput.series
  /// One line for a list.
  public static let summary =
    "for series: three convolutions over time (64, 128, 128) with batch norm, mean over time"

  /// Settings: `widths`, the filters of each block, 64, 128, 128 unless given; `kernel`, the frames
  /// that a filter sees, 5, which has to be odd; `block_dropout`, the rate behind each block, 0.1, and
  /// `dropout`, the rate behind the mean, 0.3. At a rate of 0 there is no such layer.
  public static func layers(
    _ settings: [String: JSONValue], classes: Int
  ) throws -> [LayerSpecification] {
    let settings = LayerSpecification(name, settings)
    try settings.expectOnly("widths", "kernel", "block_dropout", "dropout")
    let kernel = try settings.int("kernel", default: 5)
    let behindBlock = try settings.dropout("block_dropout", default: 0.1)
    let blocks = try settings.ints("widths", default: [64, 128, 128]).flatMap { width in
      let convolution = LayerSpecification(
        Conv1D.kind,
        [
          "filters": .int(width), "kernel": .int(kernel), "padding": "same", "bias": false,
        ])
      return [convolution, .batchNorm, .relu, LayerSpecification(MaxPool1D.kind, ["size": 2])]
        + behindBlock
    }
    return try blocks + [.globalAverage] + settings.dropout("dropout", default: 0.3)
      + [.dense(classes)]
  }
}
