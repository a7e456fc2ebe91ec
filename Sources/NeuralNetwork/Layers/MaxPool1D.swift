internal import Kernels
public import TensorCore

/// y = the maximum of each channel under a sliding window, x: [N, T, C] to y: [N, OT, C]. Padding
/// never wins; of equal maxima the first gets the gradient.
///
/// It is the two-dimensional maximum over an image of height 1.
public struct MaxPool1D: Layer {
  /// "max_pool1d"; settings: `size`, `stride` (default: the size), `padding` (0).
  public static let kind = "max_pool1d"

  /// The window over the one line of an image.
  let window: PoolingWindow

  /// A layer with a window of `size` frames.
  public init(size: Int, stride: Int? = nil, padding: Int = 0) {
    window = PoolingWindow(
      size: Extent2D(1, size), stride: Extent2D(1, stride ?? size),
      padding: Extent2D(0, padding))
  }

  /// `{"layer": "max_pool1d", "size": 2}`.
  public init(_ specification: LayerSpecification, input: Shape, random: RandomStream) throws {
    try specification.expectOnly("size", "stride", "padding")
    let size = try specification.int("size")
    let padding = try specification.int("padding", default: 0, minimum: 0)
    guard padding < size else {
      throw ModelError.badLayer(
        layer: Self.kind, problem: "a window of \(size) with a padding of \(padding)",
        remedy: "keep the padding below the size")
    }
    self.init(
      size: size, stride: try specification.int("stride", default: size), padding: padding)
    _ = try outputShape(for: input)
  }

  /// The description that makes this layer again.
  public var specification: LayerSpecification {
    LayerSpecification(
      Self.kind,
      [
        "size": .int(window.size.width), "stride": .int(window.stride.width),
        "padding": .int(window.padding.width),
      ])
  }

  /// [T, C] to [OT, C].
  public func outputShape(for input: Shape) throws -> Shape {
    guard input.rank == 2 else { throw ModelError.notASeries(input, layer: Self.kind) }
    let slides = Window2D(size: window.size, stride: window.stride, padding: window.padding)
    guard let output = slides.output(over: Extent2D(1, input[0])) else {
      throw ModelError.badLayer(
        layer: Self.kind,
        problem: "its window is \(window.size.width), its input is \(input) with a padding of "
          + "\(window.padding.width)", remedy: "use a smaller window, or fewer poolings before it")
    }
    return [output.width, input[1]]
  }

  /// x: [N, T, C] to y: [N, OT, C].
  public func forward(
    _ x: Tensor, _ phase: Phase
  ) -> (output: Tensor, cache: MaxPool2D.Cache) {
    let (y, cache) = MaxPool2D(window).forward(x.asImages, phase)
    return (y.asSeries, cache)
  }

  /// dx = dy where the maxima were, 0 elsewhere.
  public func backward(
    _ dy: Tensor, _ cache: MaxPool2D.Cache
  ) -> (input: Tensor, parameters: [Tensor]) {
    (MaxPool2D(window).backward(dy.asImages, cache).input.asSeries, [])
  }
}

extension MaxPool1D: MaxPoolLayer {}
