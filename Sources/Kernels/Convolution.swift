// 2-D convolution (cross-correlation, as everywhere in this field). Several algorithms compute it;
// the shape decides which (`ConvolutionAlgorithm.choose`). All of them cut their loops by the shape
// alone, so that a result does not depend on the number of workers.

/// y[n, oy, ox, f] = bias[f] + Σ x[n, oy·s − p + ky·d, ox·s − p + kx·d, c] · weight[ky, kx, c, f].
///
/// - Parameters:
///   - algorithm: the shape's own, unless another is to be compared with it.
///   - x: [N, H, W, C].
///   - weight: [kernelHeight, kernelWidth, C, F].
///   - bias: [F], or nil for none.
///   - y: [N, OH, OW, F], overwritten.
public func convolutionForward(
  _ shape: ConvolutionShape, algorithm: ConvolutionAlgorithm? = nil,
  _ x: UnsafePointer<Float>, _ weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
  _ y: UnsafeMutablePointer<Float>
) {
  switch algorithm ?? .choose(shape) {
  case .columns: columnsForward(shape, x, weight, bias: bias, y)
  case .singleChannel: singleChannelForward(shape, x, weight, bias: bias, y)
  case .winograd(let tile):
    withScratch(winogradWeightCount(shape, tile)) { u in
      winogradTransformWeights(shape, tile, weight, u)
      winogradForward(shape, tile, x, u, bias: bias, y)
    }
  }
}

/// dx = the gradient by x, given dy by y; overwritten. Shapes as in `convolutionForward`.
public func convolutionBackwardInput(
  _ shape: ConvolutionShape, algorithm: ConvolutionAlgorithm? = nil,
  _ weight: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>
) {
  switch algorithm ?? .choose(shape) {
  // A single channel's dx is asked for where a model is explained, not in training.
  case .columns, .singleChannel: columnsBackwardInput(shape, weight, dy, dx: dx)
  case .winograd(let tile):
    winogradBackward(shape, tile, nil, weight, .plain(dy), dx: dx, dWeight: nil)
  }
}

/// dWeight = the gradient by the weights, and dBias = Σ dy over all output pixels; both overwritten.
///
/// - Parameters:
///   - x: [N, H, W, C], as given to `convolutionForward`.
///   - dy: [N, OH, OW, F].
///   - dWeight: [kernelHeight, kernelWidth, C, F].
///   - dBias: [F], or nil where there is no bias.
public func convolutionBackwardWeight(
  _ shape: ConvolutionShape, algorithm: ConvolutionAlgorithm? = nil,
  _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
  dWeight: UnsafeMutablePointer<Float>, dBias: UnsafeMutablePointer<Float>?
) {
  switch algorithm ?? .choose(shape) {
  case .columns: columnsBackwardWeight(shape, x, dy, dWeight: dWeight, dBias: dBias)
  case .singleChannel:
    singleChannelBackwardWeight(shape, x, .plain(dy), dWeight: dWeight, dBias: dBias)
  case .winograd(let tile):
    winogradBackward(shape, tile, .plain(x), nil, .plain(dy), dx: nil, dWeight: dWeight)
    if let dBias { sumOverPixels(shape, dy, dBias) }
  }
}

/// All gradients at once: what `convolutionBackwardInput` and `convolutionBackwardWeight` give, but
/// where both go through Winograd the transform of dy is made once.
///
/// - Parameters:
///   - dx: [N, H, W, C], or nil where nothing before this layer wants it: the first one's images.
public func convolutionBackward(
  _ shape: ConvolutionShape, algorithm: ConvolutionAlgorithm? = nil,
  _ x: UnsafePointer<Float>, _ weight: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
  dx: UnsafeMutablePointer<Float>?, dWeight: UnsafeMutablePointer<Float>,
  dBias: UnsafeMutablePointer<Float>?
) {
  let algorithm = algorithm ?? .choose(shape)
  if case .winograd(let tile) = algorithm {
    winogradBackward(shape, tile, .plain(x), weight, .plain(dy), dx: dx, dWeight: dWeight)
    if let dBias { sumOverPixels(shape, dy, dBias) }
  } else {
    if let dx { convolutionBackwardInput(shape, algorithm: algorithm, weight, dy, dx: dx) }
    convolutionBackwardWeight(shape, algorithm: algorithm, x, dy, dWeight: dWeight, dBias: dBias)
  }
}

private func sumOverPixels(
  _ shape: ConvolutionShape, _ dy: UnsafePointer<Float>, _ dBias: UnsafeMutablePointer<Float>
) {
  columnSums(
    rows: shape.batch * shape.output.count, columns: shape.filters, dy, dBias)
}
