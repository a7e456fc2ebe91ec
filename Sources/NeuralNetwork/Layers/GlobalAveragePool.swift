internal import Kernels
public import TensorCore

/// y = the mean of each channel over the whole image or series, x: [N, H, W, C] or [N, T, C] to
/// y: [N, C].
public struct GlobalAveragePool: Layer {
  /// "global_average_pool"; no settings.
  public static let kind = "global_average_pool"

  /// The layer; it fits images and series of any size.
  public init() {}

  /// `{"layer": "global_average_pool"}`.
  public init(_ specification: LayerSpecification, input: Shape, random: RandomStream) throws {
    try specification.expectOnly()
    _ = try outputShape(for: input)
  }

  /// The description that makes this layer again.
  public var specification: LayerSpecification { LayerSpecification(Self.kind) }

  /// [H, W, C] or [T, C] to [C].
  public func outputShape(for input: Shape) throws -> Shape {
    guard input.isImageOrSeries, input.count > 0 else {
      throw ModelError.badLayer(
        layer: Self.kind,
        problem: "its input is \(input), not height x width x channels or frames x numbers",
        remedy: "put it before any layer that flattens")
    }
    return [input[-1]]
  }

  /// x: [N, H, W, C] or [N, T, C] to y: [N, C]: average pooling with a window as large as the image;
  /// the cache is the shape of x.
  public func forward(_ x: Tensor, _ phase: Phase) -> (output: Tensor, cache: Shape) {
    let y = Tensor(uninitialized: [x.shape[0], x.shape[-1]]) { y in
      x.read { averagePoolingForward(Self.sizes(for: x.shape), $0, y) }
    }
    return (y, x.shape)
  }

  /// dx = dy / (H · W) at every pixel.
  public func backward(_ dy: Tensor, _ shape: Shape) -> (input: Tensor, parameters: [Tensor]) {
    let dx = Tensor(uninitialized: shape) { dx in
      dy.read { averagePoolingBackward(Self.sizes(for: shape), $0, dx: dx) }
    }
    return (dx, [])
  }

  /// The sizes of the pooling over x: [N, …].
  static func sizes(for x: Shape) -> PoolingShape {
    PoolingWindow(size: x.withoutFirst.imageExtent).sizes(for: x)
  }
}
