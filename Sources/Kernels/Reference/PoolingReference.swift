extension Reference {
  /// Max pooling by its definition: the maxima and where in x they stand. Rules as in
  /// `Kernels.maxPoolingForward`.
  @inlinable
  public static func maxPoolingForward<T: BinaryFloatingPoint>(
    _ shape: PoolingShape, _ x: [T]
  ) -> (y: [T], indices: [Int]) {
    var y = [T](repeating: 0, count: shape.outputCount)
    var indices = [Int](repeating: -1, count: shape.outputCount)
    forEachInput(shape) { i, o, _ in
      if indices[o] < 0 || x[i] > y[o] || x[i].isNaN {
        y[o] = x[i]
        indices[o] = i
      }
    }
    return (y, indices)
  }

  /// The gradient of `maxPoolingForward` by x.
  @inlinable
  public static func maxPoolingBackward<T: BinaryFloatingPoint>(
    _ shape: PoolingShape, _ x: [T], _ dy: [T]
  ) -> [T] {
    var dx = [T](repeating: 0, count: shape.inputCount)
    for (o, i) in maxPoolingForward(shape, x).indices.enumerated() { dx[i] += dy[o] }
    return dx
  }

  /// Average pooling by its definition; padding is not counted.
  @inlinable
  public static func averagePoolingForward<T: BinaryFloatingPoint>(
    _ shape: PoolingShape, _ x: [T]
  ) -> [T] {
    var y = [T](repeating: 0, count: shape.outputCount)
    forEachInput(shape) { i, o, count in y[o] += x[i] / T(count) }
    return y
  }

  /// The gradient of `averagePoolingForward` by x.
  @inlinable
  public static func averagePoolingBackward<T: BinaryFloatingPoint>(
    _ shape: PoolingShape, _ dy: [T]
  ) -> [T] {
    var dx = [T](repeating: 0, count: shape.inputCount)
    forEachInput(shape) { i, o, count in dx[i] += dy[o] / T(count) }
    return dx
  }

  /// Names every input of every output, in row-major order, with the number of that output's
  /// inputs.
  @inlinable
  static func forEachInput(
    _ shape: PoolingShape, _ body: (_ input: Int, _ output: Int, _ count: Int) -> Void
  ) {
    let (window, input, output) = (shape.window, shape.input, shape.output)
    func inside(_ position: Int, _ stride: Int, _ padding: Int, _ size: Int, _ extent: Int)
      -> [Int]
    {
      (0..<size).map { position * stride - padding + $0 }.filter { $0 >= 0 && $0 < extent }
    }
    for n in 0..<shape.batch {
      for oy in 0..<output.height {
        let rows = inside(
          oy, window.stride.height, window.padding.height, window.size.height, input.height)
        for ox in 0..<output.width {
          let columns = inside(
            ox, window.stride.width, window.padding.width, window.size.width, input.width)
          for iy in rows {
            for ix in columns {
              for c in 0..<shape.channels {
                body(
                  ((n * input.height + iy) * input.width + ix) * shape.channels + c,
                  ((n * output.height + oy) * output.width + ox) * shape.channels + c,
                  rows.count * columns.count)
              }
            }
          }
        }
      }
    }
  }
}
