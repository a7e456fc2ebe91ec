/// The ways to compute a convolution. They give the same numbers but for their rounding.
public enum ConvolutionAlgorithm: Hashable, Sendable {
  /// Matrix products over the columns of the inputs: for every shape.
  case columns
  /// Fewer multiplications for 3x3 kernels at stride 1.
  case winograd(WinogradTile)
  /// One input channel under a 3x3 kernel: too little for a matrix product.
  case singleChannel

  /// The algorithm of a shape, always the same one. The rule was written from the benchmark
  /// (`MienBenchmarks algorithm/`); figures in docs/decisions/0013-convolution-by-shape.md.
  public static func choose(_ shape: ConvolutionShape) -> ConvolutionAlgorithm {
    if canUseSingleChannel(shape) { return .singleChannel }
    guard canUseWinograd(shape), min(shape.inputChannels, shape.filters) >= 16 else {
      return .columns
    }
    let tile: WinogradTile =
      WinogradTile.three.products(shape.output) < WinogradTile.four.products(shape.output)
      ? .three : .four
    return .winograd(tile)
  }

  /// 3x3, at stride 1 and not dilated.
  static func canUseWinograd(_ shape: ConvolutionShape) -> Bool {
    let window = shape.window
    return window.size == Extent2D(3) && window.stride == Extent2D(1)
      && window.dilation == Extent2D(1)
  }

  static func canUseSingleChannel(_ shape: ConvolutionShape) -> Bool {
    shape.inputChannels == 1 && shape.window.size == Extent2D(3) && shape.filters >= 16
  }
}
