/// A convolution of any shape by products over the columns of its inputs, with packed weights; a
/// dense layer is the case of a 1x1 kernel over images of one pixel.
///
/// An item is a band of output lines; where the image itself is the matrix of columns, one panel of
/// a band's filters.
struct ColumnsStep: InferenceStep {
  private let shape: ConvolutionShape
  private let weights: StepWeights
  private let finish: Finish
  /// The output lines of a band.
  private let bandLines: Int

  init(
    _ shape: ConvolutionShape, _ weight: UnsafePointer<Float>, _ finish: Finish,
    _ precision: InferencePrecision
  ) {
    (self.shape, self.finish) = (shape, finish)
    weights = StepWeights(k: shape.taps, n: shape.filters, weight, precision)
    // Columns of at most a quarter of a megabyte, in multiples of twelve rows if lines allow it.
    let rows = max(12, min(96, (1 << 16) / shape.taps) / 12 * 12)
    bandLines = max(1, rows / shape.output.width)
  }

  var weightCount: Int { weights.count }

  private func bands(_ images: Int) -> Int {
    (images * shape.output.height + bandLines - 1) / bandLines
  }

  func items(images: Int, threads: Int) -> Int {
    bands(images) * (shape.isPointwise ? weights.panels : 1)
  }

  func run(_ item: Int, _ memory: StepMemory) {
    let (group, band) = item.quotientAndRemainder(dividingBy: bands(memory.images))
    let end = memory.images * shape.output.height
    let lines = band * bandLines..<min(end, (band + 1) * bandLines)
    let width = shape.output.width
    let y = memory.y + lines.lowerBound * width * shape.filters
    if shape.isPointwise {
      multiply(
        lines.count * width, memory.x + lines.lowerBound * width * shape.inputChannels,
        group..<group + 1, y)
      return
    }
    withScratch(bandLines * width * shape.taps) { columns in
      gatherColumns(shape, lines: lines, memory.x, columns)
      multiply(lines.count * width, columns, 0..<weights.panels, y)
    }
  }

  /// y: [rows, filters], of which the columns of some panels are written.
  private func multiply(
    _ rows: Int, _ columns: UnsafePointer<Float>, _ panels: Range<Int>,
    _ y: UnsafeMutablePointer<Float>
  ) {
    switch weights {
    case .float32(let weights):
      for panel in panels {
        forEachProductRow(
          rows: rows, k: shape.taps, columns, stride: shape.taps, weights.panel(panel)
        ) { row, first, second in finish(row, panel, first, second, y) }
      }
    case .bfloat16(let weights):
      let width = PackedWeights.panelWidth
      withScratch(rows * (width + shape.taps / 2)) { sums in
        let halves = UnsafeMutableRawPointer(sums + rows * width).assumingMemoryBound(
          to: UInt16.self)
        roundToBFloat16(rows * shape.taps, columns, halves)
        for panel in panels {
          bfloat16Product(
            rows: rows, k: shape.taps, halves, stride: shape.taps, weights.panel(panel), sums)
          for row in 0..<rows {
            let sums = sums + row * width
            finish(row, panel, sums.lanes(0), sums.lanes(Lanes.scalarCount), y)
          }
        }
      }
    }
  }

  /// Writes the 32 columns of a panel of a row.
  @inline(__always)
  private func finish(
    _ row: Int, _ panel: Int, _ sums0: Lanes, _ sums1: Lanes, _ y: UnsafeMutablePointer<Float>
  ) {
    let (filters, size) = (shape.filters, Lanes.scalarCount)
    let first = panel * PackedWeights.panelWidth
    let (count, rest) = (min(size, filters - first), min(size, filters - first - size))
    let y = y + row * filters + first
    y.setLanes(0, finish.rectify(sums0 + finish.bias(first)), count: count)
    if rest > 0 {
      y.setLanes(size, finish.rectify(sums1 + finish.bias(first + size)), count: rest)
    }
  }
}
