/// The sizes of a 2-D pooling over a batch of NHWC images.
public struct PoolingShape: Hashable, Sendable {
  /// N, the images.
  public let batch: Int
  /// H x W of an input image.
  public let input: Extent2D
  /// C, the channels of input and output.
  public let channels: Int
  /// The window's size, stride and padding; pooling has no dilation.
  public let window: Window2D
  /// OH x OW of an output image.
  public let output: Extent2D

  /// The sizes of one pooling; a window that does not fit, or that may lie wholly in the padding,
  /// is a programmer's error.
  public init(
    batch: Int, input: Extent2D, channels: Int,
    size: Extent2D, stride: Extent2D, padding: Extent2D = Extent2D(0)
  ) {
    let window = Window2D(size: size, stride: stride, padding: padding)
    guard batch >= 0, channels > 0, padding.height < size.height, padding.width < size.width,
      let output = window.output(over: input)
    else {
      preconditionFailure("\(batch) images of \(input) with \(channels) channels, \(window)")
    }
    self.batch = batch
    self.input = input
    self.channels = channels
    self.window = window
    self.output = output
  }

  /// The most pixels that the window of a max pooling may have: the place of a maximum is kept in
  /// sixteen bits.
  public static let largestMaxWindow = 1 << 16

  /// N · H · W · C.
  public var inputCount: Int { batch * input.count * channels }
  /// N · OH · OW · C.
  public var outputCount: Int { batch * output.count * channels }

  /// Two by two without padding: windows that neither overlap nor leave the image.
  var isHalving: Bool {
    window.size == Extent2D(2) && window.stride == Extent2D(2) && window.padding == Extent2D(0)
  }

  /// What one window covers: its rows and columns inside the image, and where it starts.
  struct Cover {
    let rows: Range<Int>
    let columns: Range<Int>
    let top: Int
    let left: Int
    let width: Int

    /// The place in the window of the first pixel inside the image.
    var firstPlace: Int { place(rows.lowerBound, columns.lowerBound) }

    /// The place in the window of a pixel of the image: ky · windowWidth + kx.
    @inline(__always)
    func place(_ row: Int, _ column: Int) -> Int { (row - top) * width + column - left }
  }

  /// The part of the image under the window of output pixel (`row`, `column`); never empty.
  @inline(__always)
  func cover(_ row: Int, _ column: Int) -> Cover {
    let top = row * window.stride.height - window.padding.height
    let left = column * window.stride.width - window.padding.width
    return Cover(
      rows: max(0, top)..<min(input.height, top + window.size.height),
      columns: max(0, left)..<min(input.width, left + window.size.width), top: top, left: left,
      width: window.size.width)
  }
}
