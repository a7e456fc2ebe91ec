// 2-D convolution (cross-correlation, as everywhere in this field) as matrix products over bands
// of output lines. The cutting into bands and pieces depends on the shape alone, never on the
// number of workers. Derivation: docs/derivations/convolution.md.

/// y[n, oy, ox, f] = bias[f] + Σ x[n, oy·s − p + ky·d, ox·s − p + kx·d, c] · weight[ky, kx, c, f].
///
/// - Parameters:
///   - x: [N, H, W, C].
///   - weight: [kernelHeight, kernelWidth, C, F].
///   - bias: [F], or nil for none.
///   - y: [N, OH, OW, F], overwritten.
public func convolutionForward(
  _ shape: ConvolutionShape,
  _ x: UnsafePointer<Float>, _ weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
  _ y: UnsafeMutablePointer<Float>
) {
  let (taps, filters, width) = (shape.taps, shape.filters, shape.output.width)
  parallelFor(shape.lines, grain: shape.bandLines) { lines in
    let rows = lines.count * width
    let y = y + lines.lowerBound * width * filters
    if let bias {
      for row in 0..<rows { (y + row * filters).copyRun(bias, count: filters) }
    }
    withColumns(shape, lines: lines, x) { columns in
      matrixMultiply(
        m: rows, n: filters, k: taps, columns, weight, beta: bias == nil ? 0 : 1, y)
    }
  }
}

/// dx = the gradient by x, given dy by y; overwritten. Shapes as in `convolutionForward`.
public func convolutionBackwardInput(
  _ shape: ConvolutionShape,
  _ weight: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>
) {
  if let adjoint = shape.adjoint {
    withScratch(shape.weightCount) { flipped in
      flip(shape, weight, flipped)
      convolutionForward(adjoint, dy, flipped, bias: nil, dx)
    }
  } else {
    scatterBackwardInput(shape, weight, dy, dx: dx)
  }
}

/// dWeight = Σ columnsᵀ · dy and dBias = Σ dy over all output pixels; both overwritten.
///
/// - Parameters:
///   - x: [N, H, W, C], as given to `convolutionForward`.
///   - dy: [N, OH, OW, F].
///   - dWeight: [kernelHeight, kernelWidth, C, F].
///   - dBias: [F], or nil where there is no bias.
public func convolutionBackwardWeight(
  _ shape: ConvolutionShape,
  _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
  dWeight: UnsafeMutablePointer<Float>, dBias: UnsafeMutablePointer<Float>?
) {
  let (taps, filters, width) = (shape.taps, shape.filters, shape.output.width)
  let size = shape.weightCount + filters
  let piece = max(1, (shape.lines + weightPieces - 1) / weightPieces)
  let pieces = (shape.lines + piece - 1) / piece
  withScratch(pieces * size) { partials in
    parallelFor(pieces) { index in
      let sum = partials + index * size
      sum.update(repeating: 0, count: size)
      let end = min(shape.lines, (index + 1) * piece)
      for start in stride(from: index * piece, to: end, by: shape.bandLines) {
        let lines = start..<min(end, start + shape.bandLines)
        let rows = lines.count * width
        let dy = dy + start * width * filters
        withColumns(shape, lines: lines, x) { columns in
          matrixMultiply(
            m: taps, n: filters, k: rows, columns, transposeA: true, dy, beta: 1, sum)
        }
        guard dBias != nil else { continue }
        let bias = sum + shape.weightCount
        for row in 0..<rows { bias.add(dy + row * filters, count: filters) }
      }
    }
    addPartials(partials, pieces, stride: size, count: shape.weightCount, dWeight)
    if let dBias {
      addPartials(partials + shape.weightCount, pieces, stride: size, count: filters, dBias)
    }
  }
}

/// The partial sums of a weight gradient: enough for eight threads, few enough that adding them up
/// costs little.
private let weightPieces = 8

/// sum = Σ partials, in their order.
private func addPartials(
  _ partials: UnsafePointer<Float>, _ pieces: Int, stride: Int, count: Int,
  _ sum: UnsafeMutablePointer<Float>
) {
  parallelFor(count, grain: 1 << 14) { range in
    let sum = sum + range.lowerBound
    sum.update(repeating: 0, count: range.count)
    for piece in 0..<pieces {
      sum.add(partials + piece * stride + range.lowerBound, count: range.count)
    }
  }
}

/// Lends the matrix of columns of `lines`: [lines · OW, taps].
@inline(__always)
private func withColumns(
  _ shape: ConvolutionShape, lines: Range<Int>, _ x: UnsafePointer<Float>,
  _ body: (UnsafePointer<Float>) -> Void
) {
  let width = shape.output.width
  if shape.isPointwise { return body(x + lines.lowerBound * width * shape.inputChannels) }
  // Always a full band, so that one block of the pool serves them all.
  withScratch(shape.bandLines * width * shape.taps) { columns in
    gatherColumns(shape, lines: lines, x, columns)
    body(columns)
  }
}

/// flipped[K − 1 − k, f, c] = weight[k, c, f] over the K taps of the kernel.
private func flip(
  _ shape: ConvolutionShape, _ weight: UnsafePointer<Float>,
  _ flipped: UnsafeMutablePointer<Float>
) {
  let (taps, channels, filters) = (shape.window.size.count, shape.inputChannels, shape.filters)
  parallelFor(taps) { tap in
    let source = weight + tap * channels * filters
    let target = flipped + (taps - 1 - tap) * channels * filters
    for f in 0..<filters {
      for c in 0..<channels { target[f * channels + c] = source[c * filters + f] }
    }
  }
}

/// The general way to dx: columns = dy · weightᵀ, added back onto the images they came from. Output
/// lines of one image overlap in its input, so a thread takes whole images.
private func scatterBackwardInput(
  _ shape: ConvolutionShape,
  _ weight: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>
) {
  let (taps, filters, width) = (shape.taps, shape.filters, shape.output.width)
  let imageCount = shape.input.count * shape.inputChannels
  parallelFor(shape.batch, grain: max(1, shape.bandLines / shape.output.height)) { images in
    (dx + images.lowerBound * imageCount).update(repeating: 0, count: images.count * imageCount)
    let end = images.upperBound * shape.output.height
    withScratch(shape.bandLines * width * taps) { columns in
      for start in stride(
        from: images.lowerBound * shape.output.height, to: end, by: shape.bandLines)
      {
        let lines = start..<min(end, start + shape.bandLines)
        matrixMultiply(
          m: lines.count * width, n: taps, k: filters, dy + start * width * filters,
          weight, transposeB: true, columns)
        scatterColumns(shape, lines: lines, columns, dx)
      }
    }
  }
}
