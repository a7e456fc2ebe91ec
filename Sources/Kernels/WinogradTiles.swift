// Between images and the components of their tiles: the four transforms that read or write pixels.
// Pixels outside the image are read as 0, and nothing is written there. In the components a tile
// is a row of channels, as a pixel is in the image.

extension WinogradKernel {
  /// V = Bᵀ d B of the input tiles. v: the first tile's row of component 0.
  func transformInput(
    _ tiles: Range<Int>, _ x: ConvolutionInput, _ v: UnsafeMutablePointer<Float>
  ) {
    switch x {
    case .plain(let x): transformInput(tiles, PlainPixels(x: x), v)
    case .normalised(let y, let normalisation):
      transformInput(tiles, NormalisedPixels(y: y, normalisation: normalisation), v)
    }
  }

  private func transformInput(
    _ tiles: Range<Int>, _ x: some PixelSource, _ v: UnsafeMutablePointer<Float>
  ) {
    let (channels, stride) = (shape.inputChannels, inputStride)
    withScratch(2 * Transform.temporaryCount) { temporary in
      let pixels = temporary + Transform.temporaryCount
      forEachTile(tiles) { place, image, row, column in
        let patch = inputPatch(image, row, column)
        let v = v + place * channels
        forEachLanes(channels) { c, count in
          patch.gather(x.reader(c, count: count), pixels)
          transformTwice(
            Transform.Input.self, temporary,
            read: { pixels.lanes(($0 * Transform.inputs + $1) * Lanes.scalarCount) },
            write: { v.setLanes(($0 * Transform.inputs + $1) * stride + c, $2, count: count) })
        }
      }
    }
  }

  /// The adjoint of `transformInput`: dx += B dV Bᵀ. Tiles overlap by two pixels, so those of an
  /// image have to be added by one thread; the first of them sets the image to 0.
  func addInputGradient(
    _ tiles: Range<Int>, _ dv: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>
  ) {
    let (channels, stride) = (shape.inputChannels, inputStride)
    withScratch(Transform.temporaryCount) { temporary in
      forEachTile(tiles) { place, image, row, column in
        if row == 0 && column == 0 {
          let size = shape.input.count * channels
          (dx + image * size).update(repeating: 0, count: size)
        }
        let patch = inputPatch(image, row, column)
        let dv = dv + place * channels
        forEachLanes(channels) { c, count in
          transformTwice(
            Transform.InputAdjoint.self, temporary,
            read: { dv.lanes(($0 * Transform.inputs + $1) * stride + c, count: count) },
            write: {
              guard patch.contains($0, $1) else { return }
              let pixel = patch.index($0, $1) + c
              dx.setLanes(pixel, dx.lanes(pixel, count: count) + $2, count: count)
            })
        }
      }
    }
  }

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
        forEachLanes(filters) { f, count in
          let bias = bias?.lanes(f, count: count) ?? .zero
          transformTwice(
            Transform.Output.self, temporary,
            read: { m.lanes(($0 * Transform.inputs + $1) * stride + f, count: count) },
            write: {
              guard patch.contains($0, $1) else { return }
              y.setLanes(patch.index($0, $1) + f, $2 + bias, count: count)
            })
        }
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

  /// The adjoint of `transformOutput`: M' = A dY Aᵀ.
  func transformOutputGradient(
    _ tiles: Range<Int>, _ dy: ConvolutionGradient, _ m: UnsafeMutablePointer<Float>
  ) {
    dy.read(
      output: shape.output, channels: shape.filters,
      plain: { transformOutputGradient(tiles, $0, m) },
      normalised: { transformOutputGradient(tiles, $0, m) },
      pooled: { transformOutputGradient(tiles, $0, m) })
  }

  private func transformOutputGradient(
    _ tiles: Range<Int>, _ dy: some PixelSource, _ m: UnsafeMutablePointer<Float>
  ) {
    let (filters, stride) = (shape.filters, outputStride)
    withScratch(2 * Transform.temporaryCount) { temporary in
      let pixels = temporary + Transform.temporaryCount
      forEachTile(tiles) { place, image, row, column in
        let patch = outputPatch(image, row, column)
        let m = m + place * filters
        forEachLanes(filters) { f, count in
          patch.gather(dy.reader(f, count: count), pixels)
          transformTwice(
            Transform.OutputAdjoint.self, temporary,
            read: { pixels.lanes(($0 * Transform.outputs + $1) * Lanes.scalarCount) },
            write: { m.setLanes(($0 * Transform.inputs + $1) * stride + f, $2, count: count) })
        }
      }
    }
  }

  @inline(__always)
  private func inputPatch(_ image: Int, _ row: Int, _ column: Int) -> Patch {
    Patch(
      image, row - shape.window.padding.height, column - shape.window.padding.width,
      size: Transform.inputs, of: shape.input, channels: shape.inputChannels)
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

  /// Sixteen channels of every pixel, row by row; 0 outside the image. Made in a loop of its own:
  /// in the transform, which is unrolled, what a reader does would be a call for each pixel.
  @inline(__always)
  func gather(_ source: some PixelReader, _ pixels: UnsafeMutablePointer<Float>) {
    if rows.count < size || columns.count < size {
      pixels.update(repeating: 0, count: size * size * Lanes.scalarCount)
    }
    for row in rows {
      for column in columns {
        pixels.setLanes(
          (row * size + column) * Lanes.scalarCount,
          source.pixel(index(row, column), image, top + row, left + column))
      }
    }
  }
}
