public import Kernels
public import TensorCore

/// y = the mean of each channel over the whole image, x: [N, H, W, C] to y: [N, C].
public struct GlobalAveragePool: Layer {
  /// "global_average_pool"; no settings.
  public static let kind = "global_average_pool"

  /// The layer; it fits images of any size.
  public init() {}

  /// `{"layer": "global_average_pool"}`.
  public init(_ specification: LayerSpecification, input: Shape, random: RandomStream) throws {
    try specification.expectOnly()
    _ = try outputShape(for: input)
  }

  /// The description that makes this layer again.
  public var specification: LayerSpecification { LayerSpecification(Self.kind) }

  /// [H, W, C] to [C].
  public func outputShape(for input: Shape) throws -> Shape {
    guard input.rank == 3, input.count > 0 else {
      throw ModelError.badLayer(
        layer: Self.kind, problem: "its input is \(input), not height x width x channels",
        remedy: "put it before any layer that flattens")
    }
    return [input[2]]
  }

  /// x: [N, H, W, C] to y: [N, C]; average pooling with a window as large as the image.
  public func forward(_ x: Tensor, _ phase: Phase) -> (output: Tensor, cache: PoolingShape) {
    let window = PoolingWindow(size: Extent2D(x.shape[1], x.shape[2]))
    let (y, sizes) = AveragePool2D(window).forward(x, phase)
    return (y.reshaped([x.shape[0], x.shape[3]]), sizes)
  }

  /// dx = dy / (H · W) at every pixel.
  public func backward(
    _ dy: Tensor, _ sizes: PoolingShape
  ) -> (input: Tensor, parameters: [Tensor]) {
    let dx = Tensor(uninitialized: sizes.inputShape) { dx in
      dy.read { averagePoolingBackward(sizes, $0, dx: dx) }
    }
    return (dx, [])
  }
}
