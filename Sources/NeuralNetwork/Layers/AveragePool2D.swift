public import Kernels
public import TensorCore

/// y = the mean of each channel under a sliding window, x: [N, H, W, C] to y: [N, OH, OW, C].
/// Padding is not counted.
public struct AveragePool2D: Layer {
  /// "average_pool2d"; settings: `size`, `stride` (default: the size), `padding` (0).
  public static let kind = "average_pool2d"

  /// The window.
  public let window: PoolingWindow

  /// A layer with the given window.
  public init(_ window: PoolingWindow) { self.window = window }

  /// `{"layer": "average_pool2d", "size": 2}`.
  public init(_ specification: LayerSpecification, input: Shape, random: RandomStream) throws {
    window = try PoolingWindow(specification)
    _ = try outputShape(for: input)
  }

  /// The description that makes this layer again.
  public var specification: LayerSpecification { LayerSpecification(Self.kind, window.settings) }

  /// [H, W, C] to [OH, OW, C].
  public func outputShape(for input: Shape) throws -> Shape {
    try window.outputShape(for: input, layer: Self.kind)
  }

  /// x: [N, H, W, C] to y: [N, OH, OW, C]; the cache is the sizes.
  public func forward(_ x: Tensor, _ phase: Phase) -> (output: Tensor, cache: PoolingShape) {
    let sizes = window.sizes(for: x.shape)
    let y = Tensor(uninitialized: sizes.outputShape) { y in
      x.read { averagePoolingForward(sizes, $0, y) }
    }
    return (y, sizes)
  }

  /// dx = dy shared out evenly over each window.
  public func backward(
    _ dy: Tensor, _ sizes: PoolingShape
  ) -> (input: Tensor, parameters: [Tensor]) {
    let dx = Tensor(uninitialized: sizes.inputShape) { dx in
      dy.read { averagePoolingBackward(sizes, $0, dx: dx) }
    }
    return (dx, [])
  }
}
