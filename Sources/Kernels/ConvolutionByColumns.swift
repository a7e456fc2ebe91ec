// 2-D convolution as matrix products over bands of output lines ("im2col"): the general way, and
// the oracle of the faster ones. The cutting into bands and pieces depends on the shape alone,
// never on the number of workers. Derivation: docs/derivations/convolution.md.

/// `convolutionForward` by columns.
func columnsForward(
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

/// `convolutionBackwardInput` by columns.
func columnsBackwardInput(
  _ shape: ConvolutionShape,
  _ weight: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>
) {
  if let adjoint = shape.adjoint {
    withScratch(shape.weightCount) { flipped in
      transposeTaps(shape, weight, flipped, flip: true)
      columnsForward(adjoint, dy, flipped, bias: nil, dx)
    }
  } else {
    scatterBackwardInput(shape, weight, dy, dx: dx)
  }
}

/// `convolutionBackwardWeight` by columns: dWeight = Σ columnsᵀ · dy.
func columnsBackwardWeight(
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
let weightPieces = 8

/// sum = Σ partials, in their order.
func addPartials(
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

/// transposed[k, f, c] = weight[k, c, f] over the K taps of the kernel; where `flip`, the taps come
/// in reverse order.
func transposeTaps(
  _ shape: ConvolutionShape, _ weight: UnsafePointer<Float>,
  _ transposed: UnsafeMutablePointer<Float>, flip: Bool = false
) {
  let (taps, channels, filters) = (shape.window.size.count, shape.inputChannels, shape.filters)
  parallelFor(taps) { tap in
    let source = weight + tap * channels * filters
    let target = transposed + (flip ? taps - 1 - tap : tap) * channels * filters
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
