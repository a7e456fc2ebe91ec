// A convolution between two normalisations: what comes in is normalised as it is loaded, what goes
// out is measured while it is in the cache, and the gradient by y is made from that by the
// activation as it is loaded. So between two convolutions a training step writes y and dz, and
// nothing else of that size.

extension ConvolutionAlgorithm {
  /// Whether it takes `ConvolutionInput.normalised`.
  public var normalisesInput: Bool {
    if case .winograd = self { true } else { false }
  }

  /// Whether it takes a `ConvolutionGradient` other than `.plain`.
  public var makesGradient: Bool { self != .columns }
}

/// The chunks of moments that `convolutionForward` fills.
public func convolutionMomentChunks(
  _ shape: ConvolutionShape, _ algorithm: ConvolutionAlgorithm
) -> Int {
  switch algorithm {
  case .columns: momentChunks(rows: shape.batch * shape.output.count)
  case .singleChannel: singleChannelMomentChunks(shape)
  case .winograd(let tile): winogradMomentChunks(shape, tile)
  }
}

/// `convolutionForward` from an input that may have to be normalised.
///
/// - Parameters:
///   - x: normalised only where the algorithm `normalisesInput`.
///   - moments: of y, overwritten; `convolutionMomentChunks` chunks.
public func convolutionForward(
  _ shape: ConvolutionShape, _ algorithm: ConvolutionAlgorithm,
  _ x: ConvolutionInput, _ weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
  _ y: UnsafeMutablePointer<Float>, moments: ChannelMoments?
) {
  switch (algorithm, x) {
  case (.winograd(let tile), let x):
    withScratch(winogradWeightCount(shape, tile)) { u in
      winogradTransformWeights(shape, tile, weight, u)
      winogradForward(shape, tile, x, u, bias: bias, y, moments: moments)
    }
  case (.singleChannel, .plain(let x)):
    singleChannelForward(shape, x, weight, bias: bias, y, moments: moments)
  case (.columns, .plain(let x)):
    columnsForward(shape, x, weight, bias: bias, y)
    if let moments { gatherMoments(rows: shape.batch * shape.output.count, y, moments) }
  case (_, .normalised):
    preconditionFailure("\(algorithm) does not normalise its input")
  }
}

/// `convolutionBackward`, without a bias, from a gradient that may have to be made.
///
/// - Parameters:
///   - x: as in forward.
///   - dy: other than plain only where the algorithm `makesGradient`.
///   - dx: the gradient by the input as the convolution saw it, normalised; nil where nobody wants
///     it.
public func convolutionBackward(
  _ shape: ConvolutionShape, _ algorithm: ConvolutionAlgorithm,
  _ x: ConvolutionInput, _ weight: UnsafePointer<Float>, _ dy: ConvolutionGradient,
  dx: UnsafeMutablePointer<Float>?, dWeight: UnsafeMutablePointer<Float>
) {
  switch (algorithm, x, dy) {
  case (.winograd(let tile), let x, let dy):
    winogradBackward(shape, tile, x, weight, dy, dx: dx, dWeight: dWeight)
  case (.singleChannel, .plain(let x), let dy) where dx == nil:
    singleChannelBackwardWeight(shape, x, dy, dWeight: dWeight, dBias: nil)
  case (_, .plain(let x), .plain(let dy)):
    convolutionBackward(
      shape, algorithm: algorithm, x, weight, dy, dx: dx, dWeight: dWeight, dBias: nil)
  default:
    preconditionFailure("\(algorithm) takes neither input nor gradient by normalisation")
  }
}
