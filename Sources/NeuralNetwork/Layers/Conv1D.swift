internal import Kernels
public import TensorCore

/// y[t, f] = bias[f] + Σ x[t·s − p + k·d, c] · weight[k, c, f], with x: [N, T, C] and y: [N, OT, F],
/// where OT = ⌊(T + 2p − d(K − 1) − 1) / s⌋ + 1.
///
/// It is the two-dimensional convolution over an image of height 1: the numbers of a series lie in
/// memory as those of one line, and so do the weights.
public struct Conv1D: Layer {
  /// "conv1d"; settings: `filters`, `kernel`, `stride`, `padding`, `dilation`, `bias`.
  public static let kind = "conv1d"

  /// [kernel, C, F].
  public var weight: Tensor
  /// [F], or nil where a normalisation follows that would take it away again.
  public var bias: Tensor?
  /// The frames from one position of the kernel to the next.
  public let stride: Int
  /// The frames of zeros added at both ends.
  public let padding: Int
  /// The frames from one tap to the next.
  public let dilation: Int

  /// A layer of the given weights; the shapes are checked.
  public init(
    weight: Tensor, bias: Tensor?, stride: Int = 1, padding: Int = 0, dilation: Int = 1
  ) {
    precondition(
      weight.shape.rank == 3 && (bias.map { $0.shape == [weight.shape[2]] } ?? true),
      "weight \(weight.shape) with bias \(bias.map { "\($0.shape)" } ?? "none")")
    self.weight = weight
    self.bias = bias
    (self.stride, self.padding, self.dilation) = (stride, padding, dilation)
  }

  /// `{"layer": "conv1d", "filters": 64, "kernel": 5}`, He-initialised, bias 0.
  ///
  /// `stride` (1), `padding` (0) and `dilation` (1) are integers; `padding` may be "same" for kernels
  /// of odd size: the output is then as long as the input (divided by the stride, rounded up). `bias`
  /// is true unless set to false.
  public init(_ specification: LayerSpecification, input: Shape, random: RandomStream) throws {
    try specification.expectOnly("filters", "kernel", "stride", "padding", "dilation", "bias")
    guard input.rank == 2 else { throw ModelError.notASeries(input, layer: Self.kind) }
    let filters = try specification.int("filters")
    let kernel = try specification.int("kernel")
    let stride = try specification.int("stride", default: 1)
    let dilation = try specification.int("dilation", default: 1)
    let padding = try Self.padding(specification, kernel: kernel, dilation: dilation)
    // Before the weights are made: a kernel out of all proportion must not cost its memory.
    _ = try Self.output(
      of: Self.window(kernel, stride: stride, padding: padding, dilation: dilation), over: input)
    let shape = try specification.weightShape(kernel, input[1], filters)
    self.init(
      weight: Initialiser.he(fanIn: kernel * input[1]).tensor(shape, random: random),
      bias: try specification.bool("bias", default: true) ? Tensor([filters]) : nil,
      stride: stride, padding: padding, dilation: dilation)
  }

  private static func padding(
    _ specification: LayerSpecification, kernel: Int, dilation: Int
  ) throws -> Int {
    guard specification.settings["padding"] == .string("same") else {
      return try specification.int("padding", default: 0, minimum: 0)
    }
    guard kernel % 2 == 1 else {
      throw ModelError.badLayer(
        layer: kind, problem: "padding \"same\" with a kernel of even size, \(kernel)",
        remedy: "give the padding as a number, or choose an odd kernel")
    }
    return dilation * (kernel / 2)
  }

  /// The description that makes this layer again.
  public var specification: LayerSpecification {
    LayerSpecification(
      Self.kind,
      [
        "filters": .int(weight.shape[2]), "kernel": .int(weight.shape[0]),
        "stride": .int(stride), "padding": .int(padding), "dilation": .int(dilation),
        "bias": .bool(bias != nil),
      ])
  }

  /// [T, C] to [OT, F].
  public func outputShape(for input: Shape) throws -> Shape {
    guard input.rank == 2 else { throw ModelError.notASeries(input, layer: Self.kind) }
    guard input[1] == weight.shape[1] else {
      throw ModelError.badLayer(
        layer: Self.kind, problem: "its input is \(input), its weights are \(weight.shape)",
        remedy: "give it series of \(weight.shape[1]) numbers a frame")
    }
    return [try Self.output(of: window, over: input), weight.shape[2]]
  }

  private static func output(of window: Window2D, over input: Shape) throws -> Int {
    guard let output = window.output(over: Extent2D(1, input[0])) else {
      throw ModelError.badLayer(
        layer: kind,
        problem: "its kernel reaches over \(window.reach.width) frames, its input is \(input) "
          + "with a padding of \(window.padding.width)",
        remedy: "use a smaller kernel or dilation, more padding, or fewer poolings before it")
    }
    return output.width
  }

  /// Every weight once for every frame of the output.
  public func multiplyAdds(for input: Shape) throws -> Int {
    try outputShape(for: input)[0] * weight.count
  }

  /// x: [N, T, C] to y: [N, OT, F]; the cache is x.
  public func forward(_ x: Tensor, _ phase: Phase) -> (output: Tensor, cache: Tensor) {
    let y = overImages.forward(x.asImages, phase).output
    return (y.asSeries, x)
  }

  /// dx = dy ∗ flipped weight, dWeight[k] = Σ x shifted by the tap · dy, dBias = Σ dy.
  public func backward(_ dy: Tensor, _ x: Tensor) -> (input: Tensor, parameters: [Tensor]) {
    let (dx, parameters) = overImages.backward(dy.asImages, x.asImages)
    return (dx.asSeries, [parameters[0].reshaped(weight.shape)] + parameters.dropFirst())
  }

  /// dx = dy ∗ flipped weight.
  public func backwardInput(_ dy: Tensor, _ x: Tensor) -> Tensor {
    overImages.backwardInput(dy.asImages, x.asImages).asSeries
  }

  /// Visits `weight`, then `bias` if there is one.
  public mutating func forEachParameter(
    _ body: (String, inout Tensor) throws -> Void
  ) rethrows {
    try body("weight", &weight)
    if var value = bias {
      bias = nil  // Hand over the only reference, so that a write in place does not copy.
      defer { bias = value }
      try body("bias", &value)
    }
  }
}

extension Conv1D: ConvolutionLayer {
  /// The window over the one line of an image.
  var window: Window2D {
    Self.window(weight.shape[0], stride: stride, padding: padding, dilation: dilation)
  }

  private static func window(
    _ kernel: Int, stride: Int, padding: Int, dilation: Int
  ) -> Window2D {
    Window2D(
      size: Extent2D(1, kernel), stride: Extent2D(1, stride), padding: Extent2D(0, padding),
      dilation: Extent2D(1, dilation))
  }

  /// The same layer for images of height 1; the memory of the weights is shared.
  private var overImages: Conv2D {
    let window = window
    return Conv2D(
      weight: weight.reshaped(weight.shape.prepending(1)), bias: bias, stride: window.stride,
      padding: window.padding, dilation: window.dilation)
  }
}
