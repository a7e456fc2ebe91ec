internal import Kernels
public import TensorCore

/// y = the maximum of each channel under a sliding window, x: [N, H, W, C] to y: [N, OH, OW, C].
/// Padding never wins; of equal maxima the first gets the gradient.
public struct MaxPool2D: Layer {
  /// "max_pool2d"; settings: `size`, `stride` (default: the size), `padding` (0).
  public static let kind = "max_pool2d"

  /// The window.
  public let window: PoolingWindow

  /// What backward needs: the sizes, and the place of each maximum, two bytes an output.
  public struct Cache: Sendable {
    let sizes: PoolingShape
    let places: [UInt16]
  }

  /// A layer with the given window.
  public init(_ window: PoolingWindow) { self.window = window }

  /// `{"layer": "max_pool2d", "size": 2}`.
  public init(_ specification: LayerSpecification, input: Shape, random: RandomStream) throws {
    window = try PoolingWindow(specification)
    guard window.size.count <= PoolingShape.largestMaxWindow else {
      throw ModelError.badLayer(
        layer: Self.kind, problem: "its window of \(window.size) is too large",
        remedy: "keep it to \(PoolingShape.largestMaxWindow) pixels")
    }
    _ = try outputShape(for: input)
  }

  /// The description that makes this layer again.
  public var specification: LayerSpecification { LayerSpecification(Self.kind, window.settings) }

  /// [H, W, C] to [OH, OW, C].
  public func outputShape(for input: Shape) throws -> Shape {
    try window.outputShape(for: input, layer: Self.kind)
  }

  /// x: [N, H, W, C] to y: [N, OH, OW, C].
  public func forward(_ x: Tensor, _ phase: Phase) -> (output: Tensor, cache: Cache) {
    let sizes = window.sizes(for: x.shape)
    var places: [UInt16] = []
    let y = Tensor(uninitialized: sizes.outputShape) { y in
      places = [UInt16](unsafeUninitializedCapacity: sizes.outputCount) { buffer, count in
        if let places = buffer.baseAddress {
          x.read { maxPoolingForward(sizes, $0, y, places: places) }
        }
        count = sizes.outputCount
      }
    }
    return (y, Cache(sizes: sizes, places: places))
  }

  /// dx = dy where the maxima were, 0 elsewhere.
  public func backward(_ dy: Tensor, _ cache: Cache) -> (input: Tensor, parameters: [Tensor]) {
    let dx = Tensor(uninitialized: cache.sizes.inputShape) { dx in
      dy.read { maxPoolingBackward(cache.sizes, $0, places: cache.places, dx: dx) }
    }
    return (dx, [])
  }
}
