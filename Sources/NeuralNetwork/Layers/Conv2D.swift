public import Kernels
public import TensorCore

/// y[oy, ox, f] = bias[f] + Σ x[oy·s − p + ky·d, ox·s − p + kx·d, c] · weight[ky, kx, c, f], with
/// x: [N, H, W, C] and y: [N, OH, OW, F], where OH = ⌊(H + 2p − d(K − 1) − 1) / s⌋ + 1.
public struct Conv2D: Layer {
  /// "conv2d"; settings: `filters`, `kernel`, `stride`, `padding`, `dilation`, `bias`.
  public static let kind = "conv2d"

  /// [kernelHeight, kernelWidth, C, F].
  public var weight: Tensor
  /// [F], or nil where a normalisation follows that would take it away again.
  public var bias: Tensor?
  /// The kernel's size, stride, padding and dilation.
  public let window: Window2D

  /// A layer of the given weights; the shapes are checked.
  public init(
    weight: Tensor, bias: Tensor?, stride: Extent2D = Extent2D(1),
    padding: Extent2D = Extent2D(0), dilation: Extent2D = Extent2D(1)
  ) {
    precondition(
      weight.shape.rank == 4 && (bias.map { $0.shape == [weight.shape[3]] } ?? true),
      "weight \(weight.shape) with bias \(bias.map { "\($0.shape)" } ?? "none")")
    self.weight = weight
    self.bias = bias
    window = Window2D(
      size: Extent2D(weight.shape[0], weight.shape[1]), stride: stride, padding: padding,
      dilation: dilation)
  }

  /// `{"layer": "conv2d", "filters": 32, "kernel": 3}`, He-initialised, bias 0.
  ///
  /// `kernel`, `stride` (1), `padding` (0) and `dilation` (1) are an integer or `[height, width]`;
  /// `padding` may be "same" for kernels of odd size: the output is then as large as the input
  /// (divided by the stride, rounded up). `bias` is true unless set to false.
  public init(_ specification: LayerSpecification, input: Shape, random: RandomStream) throws {
    try specification.expectOnly("filters", "kernel", "stride", "padding", "dilation", "bias")
    guard input.rank == 3 else { throw Self.notAnImage(input) }
    let filters = try specification.int("filters")
    let kernel = try specification.extent("kernel")
    let dilation = try specification.extent("dilation", default: Extent2D(1))
    let window = Window2D(
      size: kernel, stride: try specification.extent("stride", default: Extent2D(1)),
      padding: try Self.padding(specification, kernel: kernel, dilation: dilation),
      dilation: dilation)
    // Before the weights are made: a kernel out of all proportion must not cost its memory.
    _ = try Self.output(of: window, over: input)
    let shape = try specification.weightShape(
      kernel.height, kernel.width, input[2], filters)
    self.init(
      weight: Initialiser.he(fanIn: kernel.count * input[2]).tensor(shape, random: random),
      bias: try specification.bool("bias", default: true) ? Tensor([filters]) : nil,
      stride: window.stride, padding: window.padding, dilation: window.dilation)
  }

  private static func padding(
    _ specification: LayerSpecification, kernel: Extent2D, dilation: Extent2D
  ) throws -> Extent2D {
    guard specification.settings["padding"] == .string("same") else {
      return try specification.extent("padding", default: Extent2D(0), minimum: 0)
    }
    guard kernel.height % 2 == 1, kernel.width % 2 == 1 else {
      throw ModelError.badLayer(
        layer: kind, problem: "padding \"same\" with a kernel of even size, \(kernel)",
        remedy: "give the padding as a number, or choose an odd kernel")
    }
    return Extent2D(
      dilation.height * (kernel.height / 2), dilation.width * (kernel.width / 2))
  }

  /// The description that makes this layer again.
  public var specification: LayerSpecification {
    LayerSpecification(
      Self.kind,
      [
        "filters": .int(weight.shape[3]), "kernel": .extent(window.size),
        "stride": .extent(window.stride), "padding": .extent(window.padding),
        "dilation": .extent(window.dilation), "bias": .bool(bias != nil),
      ])
  }

  /// [H, W, C] to [OH, OW, F].
  public func outputShape(for input: Shape) throws -> Shape {
    guard input.rank == 3 else { throw Self.notAnImage(input) }
    guard input[2] == weight.shape[2] else {
      throw ModelError.badLayer(
        layer: Self.kind, problem: "its input is \(input), its weights are \(weight.shape)",
        remedy: "give it images of \(weight.shape[2]) channels")
    }
    let output = try Self.output(of: window, over: input)
    return [output.height, output.width, weight.shape[3]]
  }

  private static func output(of window: Window2D, over input: Shape) throws -> Extent2D {
    guard let output = window.output(over: Extent2D(input[0], input[1])) else {
      throw ModelError.badLayer(
        layer: kind,
        problem: "its kernel reaches over \(window.reach) pixels, its input is \(input) "
          + "with a padding of \(window.padding)",
        remedy: "use a smaller kernel or dilation, more padding, or fewer poolings before it")
    }
    return output
  }

  private static func notAnImage(_ input: Shape) -> ModelError {
    .badLayer(
      layer: kind, problem: "its input is \(input), not height x width x channels",
      remedy: "put it before any layer that flattens")
  }

  /// Every weight once for every pixel of the output.
  public func multiplyAdds(for input: Shape) throws -> Int {
    let output = try outputShape(for: input)
    return weight.count * output[0] * output[1]
  }

  /// x: [N, H, W, C] to y: [N, OH, OW, F]; the cache is x.
  public func forward(_ x: Tensor, _ phase: Phase) -> (output: Tensor, cache: Tensor) {
    let sizes = sizes(for: x)
    let output: Shape = [sizes.batch, sizes.output.height, sizes.output.width, sizes.filters]
    let y = Tensor(uninitialized: output) { y in
      Tensor.read(x, weight, bias ?? weight) { x, weight, bias in
        convolutionForward(sizes, x, weight, bias: self.bias == nil ? nil : bias, y)
      }
    }
    return (y, x)
  }

  /// dx = dy ∗ flipped weight, dWeight[ky, kx] = Σ x shifted by the tap · dy, dBias = Σ dy.
  public func backward(_ dy: Tensor, _ x: Tensor) -> (input: Tensor, parameters: [Tensor]) {
    let sizes = sizes(for: x)
    var dWeight = Tensor(weight.shape)
    var dBias = Tensor([sizes.filters])
    let dx = Tensor(uninitialized: x.shape) { dx in
      Tensor.read(x, weight, dy) { x, weight, dy in
        dWeight.write { dWeight in
          dBias.write { dBias in
            convolutionBackward(
              sizes, x, weight, dy, dx: dx, dWeight: dWeight, dBias: bias == nil ? nil : dBias)
          }
        }
      }
    }
    return (dx, bias == nil ? [dWeight] : [dWeight, dBias])
  }

  /// dx = dy ∗ flipped weight.
  public func backwardInput(_ dy: Tensor, _ x: Tensor) -> Tensor {
    let sizes = sizes(for: x)
    return Tensor(uninitialized: x.shape) { dx in
      Tensor.read(weight, dy) { convolutionBackwardInput(sizes, $0, $1, dx: dx) }
    }
  }

  private func sizes(for x: Tensor) -> ConvolutionShape {
    precondition(
      x.shape.rank == 4 && x.shape[3] == weight.shape[2],
      "conv2d: input \(x.shape), weight \(weight.shape)")
    return ConvolutionShape(
      batch: x.shape[0], input: Extent2D(x.shape[1], x.shape[2]), inputChannels: x.shape[3],
      filters: weight.shape[3], window: window)
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
