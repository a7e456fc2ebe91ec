// From the components of tiles to the outputs. Nothing is written outside the image.

extension WinogradKernel {
  /// y = Aᵀ M A + bias for the output tiles, whose pixels are added to a chunk of moments.
  func transformOutput(
    _ tiles: Range<Int>, _ m: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    _ y: UnsafeMutablePointer<Float>, _ moments: (ChannelMoments, chunk: Int)?
  ) {
    let (filters, stride) = (shape.filters, outputStride)
    withScratch(Transform.temporaryCount) { temporary in
      forEachTile(tiles) { place, image, row, column in
        let patch = outputPatch(image, row, column)
        let m = m + place * filters
        @inline(__always) func transform(_ f: Int, _ count: Int) {
          let bias = bias?.lanes(f, count: count) ?? .zero
          transformTwice(
            Transform.Output.self, temporary,
            read: { m.lanes(($0 * Transform.inputs + $1) * stride + f, count: count) },
            write: {
              guard patch.contains($0, $1) else { return }
              y.setLanes(patch.index($0, $1) + f, $2 + bias, count: count)
            })
        }
        forEachLanes(filters, transform)
        if let (moments, chunk) = moments {
          moments.add(
            to: chunk, y + patch.index(0, 0),
            rows: min(Transform.outputs, shape.output.height - row),
            columns: min(Transform.outputs, shape.output.width - column),
            rowStride: shape.output.width * filters)
        }
      }
    }
  }

  @inline(__always)
  private func outputPatch(_ image: Int, _ row: Int, _ column: Int) -> Patch {
    Patch(
      image, row, column, size: Transform.outputs, of: shape.output, channels: shape.filters)
  }
}

/// A square of an NHWC image that may reach beyond its edges.
struct Patch {
  /// The index of the first pixel's first channel; meaningless where that is outside.
  private let origin: Int
  private let rowStride, channels: Int
  private let image, top, left, size: Int
  /// Those inside the image.
  private let rows, columns: Range<Int>

  @inline(__always)
  init(
    _ image: Int, _ top: Int, _ left: Int, size: Int, of extent: Extent2D, channels: Int
  ) {
    origin = ((image * extent.height + top) * extent.width + left) * channels
    rowStride = extent.width * channels
    self.channels = channels
    (self.image, self.top, self.left, self.size) = (image, top, left, size)
    // A tile beyond a narrow image's padding may be outside altogether.
    let (endRow, endColumn) = (min(size, extent.height - top), min(size, extent.width - left))
    rows = min(max(0, -top), max(0, endRow))..<max(0, endRow)
    columns = min(max(0, -left), max(0, endColumn))..<max(0, endColumn)
  }

  /// Whether all of it is inside the image.
  @inline(__always)
  var isWhole: Bool { rows.count == size && columns.count == size }

  @inline(__always)
  func contains(_ row: Int, _ column: Int) -> Bool {
    rows.contains(row) && columns.contains(column)
  }

  @inline(__always)
  func index(_ row: Int, _ column: Int) -> Int {
    origin &+ row &* rowStride &+ column &* channels
  }
}
