internal import Synchronization

/// The ways to compute a convolution. They give the same numbers but for their rounding.
public enum ConvolutionAlgorithm: Hashable, Sendable {
  /// Matrix products over the columns of the inputs: for every shape.
  case columns
  /// Fewer multiplications for 3x3 kernels at stride 1.
  case winograd(WinogradTile)
  /// One input channel under a 3x3 kernel: too little for a matrix product.
  case singleChannel

  /// Whether every convolution goes through the columns: the plain way that the others are measured
  /// against. Set by a program that compares the two, before anything is planned.
  public static var isPlain: Bool {
    get { plain.load(ordering: .relaxed) }
    set { plain.store(newValue, ordering: .relaxed) }
  }
  private static let plain = Atomic<Bool>(false)

  /// The algorithm of a shape, always the same one: the cheapest by a model of their costs that was
  /// fitted to measurements (docs/decisions/0013-convolution-by-shape.md).
  ///
  /// With one channel and one filter, columns take 9 products an output pixel. A Winograd tile takes
  /// (m + 2)², and 1.4 times that with the transforms of inputs and outputs. Transforming the weights
  /// costs as much as sixteen tiles; where they were transformed beforehand, reading them costs as
  /// much as one.
  ///
  /// - Parameter prepared: whether the weights' transform was made beforehand, as for inference.
  public static func choose(
    _ shape: ConvolutionShape, weightsArePrepared prepared: Bool = false
  ) -> ConvolutionAlgorithm {
    if isPlain { return .columns }
    if canUseSingleChannel(shape) { return .singleChannel }
    // With fewer pairs of a channel and a filter than in 3 → 16 the transforms are the whole cost.
    guard canUseWinograd(shape), shape.inputChannels * shape.filters >= 48 else { return .columns }
    var (best, least) = (columns, Double(9 * shape.batch * shape.output.count))
    for tile in WinogradTile.allCases {
      let tiles = shape.batch * tile.grid(over: shape.output).count
      let cost = 1.4 * Double(tile.components * (tiles + (prepared ? 1 : 16)))
      if cost < least { (best, least) = (winograd(tile), cost) }
    }
    return best
  }

  /// 3x3, at stride 1 and not dilated.
  static func canUseWinograd(_ shape: ConvolutionShape) -> Bool {
    let window = shape.window
    return window.size == Extent2D(3) && window.stride == Extent2D(1)
      && window.dilation == Extent2D(1)
  }

  /// 3x3 over one channel, with filters for a SIMD register.
  static func canUseSingleChannel(_ shape: ConvolutionShape) -> Bool {
    shape.inputChannels == 1 && shape.window.size == Extent2D(3) && shape.filters >= 16
  }
}
