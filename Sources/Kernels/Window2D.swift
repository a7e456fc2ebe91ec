/// A height and a width, in pixels or in steps.
public struct Extent2D: Hashable, Sendable, CustomStringConvertible {
  /// Along the rows' index.
  public var height: Int
  /// Along a row.
  public var width: Int

  /// `height` by `width`.
  public init(_ height: Int, _ width: Int) {
    self.height = height
    self.width = width
  }

  /// A square.
  public init(_ side: Int) { self.init(side, side) }

  /// height · width.
  public var count: Int { height * width }

  /// `3x3`.
  public var description: String { "\(height)x\(width)" }
}

/// A window that slides over an image: what convolution and pooling have in common.
public struct Window2D: Hashable, Sendable {
  /// The taps on each axis, at least 1.
  public var size: Extent2D
  /// The pixels from one position to the next, at least 1.
  public var stride: Extent2D
  /// The pixels added on both ends of each axis, at least 0.
  public var padding: Extent2D
  /// The pixels from one tap to the next, at least 1.
  public var dilation: Extent2D

  /// A window; one that makes no sense is a programmer's error.
  public init(
    size: Extent2D, stride: Extent2D = Extent2D(1), padding: Extent2D = Extent2D(0),
    dilation: Extent2D = Extent2D(1)
  ) {
    precondition(
      min(size.height, size.width, stride.height, stride.width) >= 1
        && min(dilation.height, dilation.width) >= 1 && min(padding.height, padding.width) >= 0,
      "size \(size), stride \(stride), padding \(padding), dilation \(dilation)")
    self.size = size
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
  }

  /// The pixels from the first tap to the last: dilation · (size − 1) + 1.
  public var reach: Extent2D {
    Extent2D(dilation.height * (size.height - 1) + 1, dilation.width * (size.width - 1) + 1)
  }

  /// The number of positions on each axis, ⌊(input + 2 padding − reach) / stride⌋ + 1; nil where
  /// the window is larger than the padded input.
  public func output(over input: Extent2D) -> Extent2D? {
    let slackHeight = input.height + 2 * padding.height - reach.height
    let slackWidth = input.width + 2 * padding.width - reach.width
    guard input.count > 0, slackHeight >= 0, slackWidth >= 0 else { return nil }
    return Extent2D(slackHeight / stride.height + 1, slackWidth / stride.width + 1)
  }
}
