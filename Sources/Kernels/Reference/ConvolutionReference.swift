extension Reference {
  /// Convolution by its definition; shapes as in `Kernels.convolutionForward`.
  @inlinable
  public static func convolutionForward<T: BinaryFloatingPoint>(
    _ shape: ConvolutionShape, _ x: [T], _ weight: [T], bias: [T]? = nil
  ) -> [T] {
    var y = [T](repeating: 0, count: shape.outputCount)
    if let bias { for i in y.indices { y[i] = bias[i % shape.filters] } }
    forEachProduct(shape) { i, w, o in y[o] += x[i] * weight[w] }
    return y
  }

  /// The gradients of `convolutionForward`.
  @inlinable
  public static func convolutionBackward<T: BinaryFloatingPoint>(
    _ shape: ConvolutionShape, _ x: [T], _ weight: [T], _ dy: [T]
  ) -> (dx: [T], dWeight: [T], dBias: [T]) {
    var dx = [T](repeating: 0, count: shape.inputCount)
    var dWeight = [T](repeating: 0, count: shape.weightCount)
    var dBias = [T](repeating: 0, count: shape.filters)
    forEachProduct(shape) { i, w, o in
      dx[i] += dy[o] * weight[w]
      dWeight[w] += dy[o] * x[i]
    }
    for i in dy.indices { dBias[i % shape.filters] += dy[i] }
    return (dx, dWeight, dBias)
  }

  /// Names every product of the sum by its indices into x, weight and y.
  @inlinable
  static func forEachProduct(
    _ shape: ConvolutionShape, _ body: (_ input: Int, _ weight: Int, _ output: Int) -> Void
  ) {
    let (window, input, output) = (shape.window, shape.input, shape.output)
    let (channels, filters) = (shape.inputChannels, shape.filters)
    for n in 0..<shape.batch {
      for oy in 0..<output.height {
        for ox in 0..<output.width {
          for ky in 0..<window.size.height {
            for kx in 0..<window.size.width {
              let iy =
                oy * window.stride.height - window.padding.height
                + ky * window.dilation.height
              let ix = ox * window.stride.width - window.padding.width + kx * window.dilation.width
              guard iy >= 0, iy < input.height, ix >= 0, ix < input.width else { continue }
              let pixel = ((n * input.height + iy) * input.width + ix) * channels
              let tap = (ky * window.size.width + kx) * channels
              let position = ((n * output.height + oy) * output.width + ox) * filters
              for c in 0..<channels {
                for f in 0..<filters { body(pixel + c, (tap + c) * filters + f, position + f) }
              }
            }
          }
        }
      }
    }
  }
}
