public import Kernels
internal import TensorCore

/// The window of a pooling layer: what max and average pooling have in common.
public struct PoolingWindow: Hashable, Sendable {
  /// The window's size.
  public let size: Extent2D
  /// The pixels from one window to the next.
  public let stride: Extent2D
  /// The pixels added on both ends of each axis.
  public let padding: Extent2D

  /// A window; padding that could hold a whole window is a programmer's error.
  public init(size: Extent2D, stride: Extent2D? = nil, padding: Extent2D = Extent2D(0)) {
    precondition(
      padding.height < size.height && padding.width < size.width,
      "a window of \(size) with a padding of \(padding)")
    self.size = size
    self.stride = stride ?? size
    self.padding = padding
  }

  /// Reads `size`, `stride` (default: the size) and `padding` (0). Throws `ModelError`.
  init(_ specification: LayerSpecification) throws {
    try specification.expectOnly("size", "stride", "padding")
    let size = try specification.extent("size")
    let padding = try specification.extent("padding", default: Extent2D(0), minimum: 0)
    guard padding.height < size.height, padding.width < size.width else {
      throw ModelError.badLayer(
        layer: specification.layer, problem: "a window of \(size) with a padding of \(padding)",
        remedy: "keep the padding below the size")
    }
    self.init(
      size: size, stride: try specification.extent("stride", default: size), padding: padding)
  }

  var settings: [String: JSONValue] {
    ["size": .extent(size), "stride": .extent(stride), "padding": .extent(padding)]
  }

  /// [H, W, C] to [OH, OW, C]. Throws `ModelError`.
  func outputShape(for input: Shape, layer: String) throws -> Shape {
    guard input.rank == 3 else {
      throw ModelError.badLayer(
        layer: layer, problem: "its input is \(input), not height x width x channels",
        remedy: "put it before any layer that flattens")
    }
    let window = Window2D(size: size, stride: stride, padding: padding)
    guard let output = window.output(over: Extent2D(input[0], input[1])) else {
      throw ModelError.badLayer(
        layer: layer,
        problem: "its window is \(size), its input is \(input) with a padding of \(padding)",
        remedy: "use a smaller window, or fewer poolings before it")
    }
    return [output.height, output.width, input[2]]
  }

  /// The sizes of this pooling over x: [N, H, W, C], or [N, T, C] as images of height 1.
  func sizes(for x: Shape) -> PoolingShape {
    PoolingShape(
      batch: x[0], input: x.withoutFirst.imageExtent, channels: x[-1], size: size,
      stride: stride, padding: padding)
  }
}

extension PoolingShape {
  /// [N, H, W, C].
  var inputShape: Shape { [batch, input.height, input.width, channels] }
  /// [N, OH, OW, C].
  var outputShape: Shape { [batch, output.height, output.width, channels] }
}
