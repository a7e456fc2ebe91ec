extension Reference {
  /// y = x · weight + bias; shapes as in `denseForward`.
  public static func denseForward<T: BinaryFloatingPoint>(
    batch: Int, inputs: Int, outputs: Int, _ x: [T], _ weight: [T], _ bias: [T]
  ) -> [T] {
    var y = matrixMultiply(m: batch, n: outputs, k: inputs, x, weight)
    for i in y.indices { y[i] += bias[i % outputs] }
    return y
  }

  /// The gradients of `denseForward`.
  public static func denseBackward<T: BinaryFloatingPoint>(
    batch: Int, inputs: Int, outputs: Int, _ x: [T], _ weight: [T], _ dy: [T]
  ) -> (dx: [T], dWeight: [T], dBias: [T]) {
    var dBias = [T](repeating: 0, count: outputs)
    for i in dy.indices { dBias[i % outputs] += dy[i] }
    return (
      matrixMultiply(m: batch, n: inputs, k: outputs, dy, weight, transposeB: true),
      matrixMultiply(m: inputs, n: outputs, k: batch, x, transposeA: true, dy), dBias
    )
  }
}
