/// The tile of a convolution by Winograd: m x m outputs at once.
public enum WinogradTile: Int, Hashable, Sendable, CaseIterable {
  /// F(3x3, 3x3): 25 products for 9 outputs of 9 taps.
  case three = 3
  /// F(4x4, 3x3): 36 products for 16 outputs of 9 taps.
  case four = 4

  /// The products of a tile for each pair of a channel and a filter: (m + 2)².
  public var components: Int { (rawValue + 2) * (rawValue + 2) }

  /// The rows and columns of tiles over an output image; the last ones may reach beyond it.
  func grid(over output: Extent2D) -> Extent2D {
    Extent2D(
      (output.height + rawValue - 1) / rawValue, (output.width + rawValue - 1) / rawValue)
  }
}

/// The floats of the transformed weights.
public func winogradWeightCount(_ shape: ConvolutionShape, _ tile: WinogradTile) -> Int {
  tile.components * shape.inputChannels * shape.filters
}

/// U = G g Gᵀ for every channel and filter: what `winogradForward` takes. They depend on the batch
/// and the image's size only by the choice of the tile, so that inference can make them once.
///
/// - Parameters:
///   - weight: [3, 3, C, F].
///   - u: [components, C, F], `winogradWeightCount` floats, overwritten.
public func winogradTransformWeights(
  _ shape: ConvolutionShape, _ tile: WinogradTile,
  _ weight: UnsafePointer<Float>, _ u: UnsafeMutablePointer<Float>
) {
  switch tile {
  case .three: WinogradKernel<WinogradThree>(shape).transformWeights(weight, u)
  case .four: WinogradKernel<WinogradFour>(shape).transformWeights(weight, u)
  }
}

/// `convolutionForward` from transformed weights u: [components, C, F].
public func winogradForward(
  _ shape: ConvolutionShape, _ tile: WinogradTile,
  _ x: UnsafePointer<Float>, _ u: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
  _ y: UnsafeMutablePointer<Float>
) {
  winogradForward(shape, tile, .plain(x), u, bias: bias, y, moments: nil)
}

/// The same from an input that may have to be normalised, and the moments of y where they are
/// asked for.
func winogradForward(
  _ shape: ConvolutionShape, _ tile: WinogradTile,
  _ x: ConvolutionInput, _ u: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
  _ y: UnsafeMutablePointer<Float>, moments: ChannelMoments?
) {
  switch tile {
  case .three:
    WinogradKernel<WinogradThree>(shape).forward(x, u, bias: bias, y, moments: moments)
  case .four:
    WinogradKernel<WinogradFour>(shape).forward(x, u, bias: bias, y, moments: moments)
  }
}

/// The chunks of moments that `winogradForward` fills.
func winogradMomentChunks(_ shape: ConvolutionShape, _ tile: WinogradTile) -> Int {
  switch tile {
  case .three: WinogradKernel<WinogradThree>(shape).momentChunks
  case .four: WinogradKernel<WinogradFour>(shape).momentChunks
  }
}

/// dx from weight, and dWeight from x; pass nil for what is not wanted and what it would need.
func winogradBackward(
  _ shape: ConvolutionShape, _ tile: WinogradTile,
  _ x: ConvolutionInput?, _ weight: UnsafePointer<Float>?, _ dy: ConvolutionGradient,
  dx: UnsafeMutablePointer<Float>?, dWeight: UnsafeMutablePointer<Float>?
) {
  switch tile {
  case .three:
    WinogradKernel<WinogradThree>(shape).backward(x, weight, dy, dx: dx, dWeight: dWeight)
  case .four:
    WinogradKernel<WinogradFour>(shape).backward(x, weight, dy, dx: dx, dWeight: dWeight)
  }
}
