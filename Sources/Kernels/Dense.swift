/// Rows of a batch that one thread takes at a time: enough for BLAS to be efficient, and fixed, so
/// that the result does not depend on the number of threads.
private let rowGrain = 32

/// y = x · weight + bias.
///
/// - Parameters:
///   - x: [batch, inputs].
///   - weight: [inputs, outputs].
///   - bias: [outputs].
///   - y: [batch, outputs], overwritten.
public func denseForward(
  batch: Int, inputs: Int, outputs: Int,
  _ x: UnsafePointer<Float>, _ weight: UnsafePointer<Float>, _ bias: UnsafePointer<Float>,
  _ y: UnsafeMutablePointer<Float>
) {
  parallelFor(batch, grain: rowGrain) { rows in
    let y = y + rows.lowerBound * outputs
    for row in 0..<rows.count { (y + row * outputs).update(from: bias, count: outputs) }
    matrixMultiply(
      m: rows.count, n: outputs, k: inputs, x + rows.lowerBound * inputs, weight, beta: 1, y)
  }
}

/// dx = dy · weightᵀ, dWeight = xᵀ · dy, dBias = Σ_rows dy; all overwritten, dx where it is wanted.
///
/// The shapes are those of `denseForward`.
public func denseBackward(
  batch: Int, inputs: Int, outputs: Int,
  _ x: UnsafePointer<Float>, _ weight: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
  dx: UnsafeMutablePointer<Float>?,
  dWeight: UnsafeMutablePointer<Float>, dBias: UnsafeMutablePointer<Float>
) {
  if let dx {
    denseBackwardInput(batch: batch, inputs: inputs, outputs: outputs, weight, dy, dx: dx)
  }
  // Cut along the inputs, not the batch: every element of dWeight is one whole dot product.
  parallelFor(inputs, grain: 128) { columns in
    matrixMultiply(
      m: columns.count, n: outputs, k: batch,
      x + columns.lowerBound, transposeA: true, aStride: inputs, dy,
      dWeight + columns.lowerBound * outputs)
  }
  columnSums(rows: batch, columns: outputs, dy, dBias)
}

/// dx = dy · weightᵀ, overwritten. The shapes are those of `denseForward`.
public func denseBackwardInput(
  batch: Int, inputs: Int, outputs: Int,
  _ weight: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>
) {
  parallelFor(batch, grain: rowGrain) { rows in
    matrixMultiply(
      m: rows.count, n: inputs, k: outputs, dy + rows.lowerBound * outputs,
      weight, transposeB: true, dx + rows.lowerBound * inputs)
  }
}
