/// The sizes of a 2-D convolution over a batch of NHWC images.
public struct ConvolutionShape: Hashable, Sendable {
  /// N, the images.
  public let batch: Int
  /// H x W of an input image.
  public let input: Extent2D
  /// C, the channels of the input.
  public let inputChannels: Int
  /// F, the channels of the output.
  public let filters: Int
  /// The kernel's size, stride, padding and dilation.
  public let window: Window2D
  /// OH x OW of an output image.
  public let output: Extent2D

  /// The sizes of one convolution; a kernel larger than the padded input is a programmer's error.
  public init(
    batch: Int, input: Extent2D, inputChannels: Int, filters: Int, window: Window2D
  ) {
    guard batch >= 0, inputChannels > 0, filters > 0, let output = window.output(over: input) else {
      preconditionFailure(
        "\(batch) images of \(input) with \(inputChannels) channels, \(filters) filters \(window)")
    }
    self.batch = batch
    self.input = input
    self.inputChannels = inputChannels
    self.filters = filters
    self.window = window
    self.output = output
  }

  /// N · H · W · C.
  public var inputCount: Int { batch * input.count * inputChannels }
  /// kernel height · kernel width · C · F.
  public var weightCount: Int { taps * filters }
  /// N · OH · OW · F.
  public var outputCount: Int { batch * output.count * filters }
  /// The multiply-adds of one pass.
  public var multiplyAdds: Int { batch * output.count * weightCount }

  /// The inputs of one output element: kernel height · kernel width · C.
  var taps: Int { window.size.count * inputChannels }

  /// The output lines of the whole batch; line `n · OH + oy` is row `oy` of image `n`.
  var lines: Int { batch * output.height }

  /// A 1x1 kernel that visits every pixel once: the image itself is the matrix of its columns.
  var isPointwise: Bool {
    window.size.count == 1 && window.stride.count == 1 && window.padding == Extent2D(0)
  }

  /// How many output lines go through one matrix product. Their columns should stay in the L2
  /// cache, but with fewer than some hundred rows BLAS spends its time on packing the weights.
  var bandLines: Int {
    let rows = max(256, (1 << 18) / taps)
    return max(1, min(lines, rows / output.width))
  }

  /// The convolution of dy with the flipped kernel that gives dx: same taps, channels exchanged,
  /// padding reach − 1 − padding. It exists for stride 1 only, and does not pay with few channels
  /// (a matrix product with few columns); nil otherwise.
  var adjoint: ConvolutionShape? {
    let padding = Extent2D(
      window.reach.height - 1 - window.padding.height,
      window.reach.width - 1 - window.padding.width)
    guard window.stride.count == 1, padding.height >= 0, padding.width >= 0, inputChannels >= 16
    else { return nil }
    return ConvolutionShape(
      batch: batch, input: output, inputChannels: filters, filters: inputChannels,
      window: Window2D(size: window.size, padding: padding, dilation: window.dilation))
  }
}
