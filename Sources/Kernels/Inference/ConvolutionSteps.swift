/// The step of a convolution: y = x ∗ weight + bias, then ReLU where one follows, then a 2x2
/// maximum where one follows and `convolutionStepCanHalve` allows it.
///
/// - Parameters:
///   - shape: that of one image.
///   - weight: [kernelHeight, kernelWidth, C, F].
///   - bias: [F], or nil for none.
///   - precision: the numbers that are multiplied; those of a single input channel are floats.
public func convolutionStep(
  _ shape: ConvolutionShape, _ weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
  rectified: Bool, halved: Bool = false, precision: InferencePrecision = .float32
) -> any InferenceStep {
  precondition(!halved || convolutionStepCanHalve(shape), "\(shape)")
  let finish = Finish(n: shape.filters, bias: bias, rectified: rectified)
  switch inferenceAlgorithm(shape) {
  case .singleChannel: return SingleChannelStep(shape, weight, finish)
  case .columns: return ColumnsStep(shape, weight, finish, precision)
  case .winograd(let tile):
    return WinogradStep(shape, tile, weight, finish, isHalved: halved, precision)
  }
}

/// Whether the step of a convolution can take over the 2x2 maximum behind it: where its tiles hold
/// whole windows.
public func convolutionStepCanHalve(_ shape: ConvolutionShape) -> Bool {
  inferenceAlgorithm(shape) == .winograd(.four) && min(shape.output.height, shape.output.width) > 1
}

/// y = x · weight + bias, then ReLU where one follows; x: [N, inputs], weight: [inputs, outputs].
public func denseStep(
  inputs: Int, outputs: Int, _ weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
  rectified: Bool, precision: InferencePrecision = .float32
) -> any InferenceStep {
  // A convolution of images of one pixel.
  let shape = ConvolutionShape(
    batch: 1, input: Extent2D(1), inputChannels: inputs, filters: outputs,
    window: Window2D(size: Extent2D(1)))
  return ColumnsStep(
    shape, weight, Finish(n: outputs, bias: bias, rectified: rectified), precision)
}

/// The algorithm of a shape: that of a batch of eight, whatever the batch, so that one image's
/// answer does not depend on how many come with it.
private func inferenceAlgorithm(_ shape: ConvolutionShape) -> ConvolutionAlgorithm {
  .choose(
    ConvolutionShape(
      batch: 8, input: shape.input, inputChannels: shape.inputChannels, filters: shape.filters,
      window: shape.window), weightsArePrepared: true)
}
