// The matrix of columns ("im2col"): one row for each output pixel, holding the inputs that its
// kernel touches in the order of the weights, [kernelHeight, kernelWidth, C]; outside the image
// they are 0. Convolution is this matrix times the weights. In NHWC the taps of one kernel row
// lie side by side in the image too, so they move as one run of floats.

/// columns[row] = the inputs under the kernel, for the output pixels of `lines`; overwrites.
func gatherColumns(
  _ shape: ConvolutionShape, lines: Range<Int>,
  _ x: UnsafePointer<Float>, _ columns: UnsafeMutablePointer<Float>
) {
  forEachRun(shape, lines: lines) { column, pixel, count in
    (columns + column).copyRun(x + pixel, count: count)
  } outside: { column, count in
    for i in column..<column + count { columns[i] = 0 }
  }
}

/// The adjoint of `gatherColumns`: adds every row back onto the inputs it was taken from.
func scatterColumns(
  _ shape: ConvolutionShape, lines: Range<Int>,
  _ columns: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>
) {
  forEachRun(shape, lines: lines) { column, pixel, count in
    (dx + pixel).add(columns + column, count: count)
  } outside: { _, _ in
  }
}

/// Walks the columns of `lines` in order, as runs that are contiguous in the columns and the image.
@inline(__always)
private func forEachRun(
  _ shape: ConvolutionShape, lines: Range<Int>,
  inside: (_ column: Int, _ pixel: Int, _ count: Int) -> Void,
  outside: (_ column: Int, _ count: Int) -> Void
) {
  let (window, channels) = (shape.window, shape.inputChannels)
  let (height, width) = (shape.input.height, shape.input.width)
  // Neighbouring taps are neighbouring pixels unless the kernel is dilated along the row.
  let tapsPerRun = window.dilation.width == 1 ? window.size.width : 1
  let runsPerRow = window.size.width / tapsPerRun
  var column = 0
  for line in lines {
    let (image, outputRow) = line.quotientAndRemainder(dividingBy: shape.output.height)
    let top = outputRow * window.stride.height - window.padding.height
    for outputColumn in 0..<shape.output.width {
      let left = outputColumn * window.stride.width - window.padding.width
      for kernelRow in 0..<window.size.height {
        let row = top + kernelRow * window.dilation.height
        guard row >= 0 && row < height else {
          outside(column, window.size.width * channels)
          column += window.size.width * channels
          continue
        }
        for run in 0..<runsPerRow {
          let start = left + run * window.dilation.width
          let first = min(tapsPerRun, max(0, -start))
          let end = max(first, min(tapsPerRun, width - start))
          if first > 0 { outside(column, first * channels) }
          if end > first {
            inside(
              column + first * channels,
              ((image * height + row) * width + start + first) * channels,
              (end - first) * channels)
          }
          if end < tapsPerRun { outside(column + end * channels, (tapsPerRun - end) * channels) }
          column += tapsPerRun * channels
        }
      }
    }
  }
}
