// A 3x3 convolution of images with one channel, the first layer of a network that sees grey faces.
// A product with nine terms a pixel is no work for BLAS: writing y, or reading dy, is the cost. So
// each line goes through once, with the nine weights of sixteen filters in registers.

/// `convolutionForward` for C = 1 and a 3x3 kernel, of any stride, padding and dilation.
func singleChannelForward(
  _ shape: ConvolutionShape,
  _ x: UnsafePointer<Float>, _ weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
  _ y: UnsafeMutablePointer<Float>, moments: ChannelMoments? = nil
) {
  precondition(ConvolutionAlgorithm.canUseSingleChannel(shape), "\(shape)")
  moments?.clear()
  parallelFor(shape.lines, grain: bandLines(shape)) { lines in
    singleChannelLines(
      shape, lines, x, weight, bias: bias, floor: -.infinity, y, moments: moments,
      chunk: lines.lowerBound / bandLines(shape))
  }
}

/// The output lines of a range, on the calling thread; what is below `floor` becomes `floor`, which
/// is 0 where a ReLU follows. The moments of each line are added to those of the chunk.
@inline(__always)
func singleChannelLines(
  _ shape: ConvolutionShape, _ lines: Range<Int>,
  _ x: UnsafePointer<Float>, _ weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
  floor: Float, _ y: UnsafeMutablePointer<Float>, moments: ChannelMoments? = nil, chunk: Int = 0
) {
  let (filters, width) = (shape.filters, shape.output.width)
  withPaddedRows(shape, lines: lines, x) { line, pixel in
    let y = y + line * width * filters
    forEachLanes(filters) { f, count in
      let taps = Taps { weight.lanes($0 * filters + f, count: count) }
      let bias = bias?.lanes(f, count: count) ?? .zero
      for column in 0..<width {
        let sum = pixel.sum(taps, under: column) + bias
        let finished = sum.replacing(with: Lanes(repeating: floor), where: sum .< floor)
        y.setLanes(column * filters + f, finished, count: count)
      }
    }
    moments?.add(to: chunk, y, rows: 1, columns: width, rowStride: 0)
  }
}

/// The chunks of moments that `singleChannelForward` fills.
func singleChannelMomentChunks(_ shape: ConvolutionShape) -> Int {
  (shape.lines + bandLines(shape) - 1) / bandLines(shape)
}

/// The output lines that a thread makes at a time, some 512 pixels.
private func bandLines(_ shape: ConvolutionShape) -> Int {
  max(1, 512 / shape.output.width)
}

/// `convolutionBackwardWeight` for C = 1 and a 3x3 kernel. Each line is summed in registers, the
/// lines of a piece in order, and the pieces in order.
func singleChannelBackwardWeight(
  _ shape: ConvolutionShape,
  _ x: UnsafePointer<Float>, _ dy: ConvolutionGradient,
  dWeight: UnsafeMutablePointer<Float>, dBias: UnsafeMutablePointer<Float>?
) {
  dy.read(
    output: shape.output, channels: shape.filters,
    plain: { singleChannelBackwardWeight(shape, x, $0, dWeight: dWeight, dBias: dBias) },
    normalised: { singleChannelBackwardWeight(shape, x, $0, dWeight: dWeight, dBias: dBias) },
    pooled: { singleChannelBackwardWeight(shape, x, $0, dWeight: dWeight, dBias: dBias) })
}

private func singleChannelBackwardWeight(
  _ shape: ConvolutionShape,
  _ x: UnsafePointer<Float>, _ dy: some PixelSource,
  dWeight: UnsafeMutablePointer<Float>, dBias: UnsafeMutablePointer<Float>?
) {
  precondition(ConvolutionAlgorithm.canUseSingleChannel(shape), "\(shape)")
  let (filters, width) = (shape.filters, shape.output.width)
  let size = shape.weightCount + filters
  let piece = max(1, (shape.lines + weightPieces - 1) / weightPieces)
  let pieces = (shape.lines + piece - 1) / piece
  withScratch(pieces * size) { partials in
    partials.update(repeating: 0, count: pieces * size)
    parallelFor(shape.lines, grain: piece) { lines in
      let sum = partials + lines.lowerBound / piece * size
      withPaddedRows(shape, lines: lines, x) { line, pixel in
        let (image, row) = line.quotientAndRemainder(dividingBy: shape.output.height)
        let first = line * width * filters
        forEachLanes(filters) { f, count in
          let dy = dy.reader(f, count: count)
          var taps = Taps { _ in .zero }
          var total = Lanes.zero
          for column in 0..<width {
            let dy = dy.pixel(first + column * filters, image, row, column)
            pixel.add(dy, to: &taps, under: column)
            total += dy
          }
          taps.forEach { tap, value in
            let index = tap * filters + f
            sum.setLanes(index, sum.lanes(index, count: count) + value, count: count)
          }
          let index = shape.weightCount + f
          sum.setLanes(index, sum.lanes(index, count: count) + total, count: count)
        }
      }
    }
    addPartials(partials, pieces, stride: size, count: shape.weightCount, dWeight)
    if let dBias {
      addPartials(partials + shape.weightCount, pieces, stride: size, count: filters, dBias)
    }
  }
}

/// Calls `body` for each output line with the three input rows under it, zeros on both sides.
@inline(__always)
private func withPaddedRows(
  _ shape: ConvolutionShape, lines: Range<Int>, _ x: UnsafePointer<Float>,
  _ body: (_ line: Int, _ pixel: PaddedRows) -> Void
) {
  let (window, input) = (shape.window, shape.input)
  let stride = input.width + 2 * window.padding.width
  withScratch(3 * stride) { rows in
    for line in lines {
      let (image, outputRow) = line.quotientAndRemainder(dividingBy: shape.output.height)
      let top = outputRow * window.stride.height - window.padding.height
      for tap in 0..<3 {
        let (row, target) = (top + tap * window.dilation.height, rows + tap * stride)
        target.update(repeating: 0, count: stride)
        guard row >= 0 && row < input.height else { continue }
        (target + window.padding.width).copyRun(
          x + (image * input.height + row) * input.width, count: input.width)
      }
      body(
        line,
        PaddedRows(
          rows: rows, stride: stride, step: window.stride.width, dilation: window.dilation.width))
    }
  }
}

/// The three padded rows under an output line.
private struct PaddedRows {
  let rows: UnsafePointer<Float>
  let stride, step, dilation: Int

  init(rows: UnsafeMutablePointer<Float>, stride: Int, step: Int, dilation: Int) {
    self.rows = UnsafePointer(rows)
    (self.stride, self.step, self.dilation) = (stride, step, dilation)
  }

  /// Σ over the taps of an output column's pixel times the tap's weights.
  @inline(__always)
  func sum(_ taps: Taps, under column: Int) -> Lanes {
    let p0 = rows + column * step
    let (p1, p2) = (p0 + stride, p0 + 2 * stride)
    let (d1, d2) = (dilation, 2 * dilation)
    let first = p0[0] * taps.w0 + p0[d1] * taps.w1 + p0[d2] * taps.w2
    let second = p1[0] * taps.w3 + p1[d1] * taps.w4 + p1[d2] * taps.w5
    let third = p2[0] * taps.w6 + p2[d1] * taps.w7 + p2[d2] * taps.w8
    return first + second + third
  }

  /// The adjoint: adds to each tap its pixel times dy.
  @inline(__always)
  func add(_ dy: Lanes, to taps: inout Taps, under column: Int) {
    let p0 = rows + column * step
    let (p1, p2) = (p0 + stride, p0 + 2 * stride)
    let (d1, d2) = (dilation, 2 * dilation)
    taps.w0 += p0[0] * dy
    taps.w1 += p0[d1] * dy
    taps.w2 += p0[d2] * dy
    taps.w3 += p1[0] * dy
    taps.w4 += p1[d1] * dy
    taps.w5 += p1[d2] * dy
    taps.w6 += p2[0] * dy
    taps.w7 += p2[d1] * dy
    taps.w8 += p2[d2] * dy
  }
}

/// The nine weights of sixteen filters, row by row: names and not an array, so that they stay in
/// registers.
private struct Taps {
  var w0, w1, w2, w3, w4, w5, w6, w7, w8: Lanes

  @inline(__always)
  init(_ weight: (_ tap: Int) -> Lanes) {
    (w0, w1, w2) = (weight(0), weight(1), weight(2))
    (w3, w4, w5) = (weight(3), weight(4), weight(5))
    (w6, w7, w8) = (weight(6), weight(7), weight(8))
  }

  @inline(__always)
  func forEach(_ body: (_ tap: Int, _ value: Lanes) -> Void) {
    body(0, w0)
    body(1, w1)
    body(2, w2)
    body(3, w3)
    body(4, w4)
    body(5, w5)
    body(6, w6)
    body(7, w7)
    body(8, w8)
  }
}
