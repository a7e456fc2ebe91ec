// Between images and the components of their tiles, a row of tiles at a time. Of the two
// one-dimensional transforms one goes along the columns of pixels, which the tiles of a row share:
// so a pixel is read in the order of memory, and normalised or made once where tile by tile it would
// be twice. Between the two transforms the row is a strip that stays in the L1 cache.
//
// Pixels outside the image are read as 0, and nothing is written there. In the components a tile is
// a row of channels, as a pixel is in the image.

extension WinogradKernel {
  /// V = Bᵀ d B of the input tiles, whole rows of them. v: the first tile's row of component 0.
  func transformInput(
    _ tiles: Range<Int>, _ x: ConvolutionInput, _ v: UnsafeMutablePointer<Float>
  ) {
    let (channels, stride) = (shape.inputChannels, inputStride)
    switch x {
    case .plain(let x):
      transform(
        Transform.Input.self, tiles, PlainPixels(x: x), inputArea, channels, v, stride: stride)
    case .normalised(let y, let normalisation):
      transform(
        Transform.Input.self, tiles, NormalisedPixels(y: y, normalisation: normalisation),
        inputArea, channels, v, stride: stride)
    }
  }

  /// The adjoint of `transformOutput`: M' = A dY Aᵀ of whole rows of tiles.
  func transformOutputGradient(
    _ tiles: Range<Int>, _ dy: ConvolutionGradient, _ m: UnsafeMutablePointer<Float>
  ) {
    func transform(_ source: some PixelSource) {
      self.transform(
        Transform.OutputAdjoint.self, tiles, source, outputArea, shape.filters, m,
        stride: outputStride)
    }
    dy.read(
      output: shape.output, channels: shape.filters, plain: { transform($0) },
      normalised: { transform($0) }, pooled: { transform($0) })
  }

  /// The components of the pixels under rows of tiles: along the columns, then along the rows.
  private func transform<Line: LineTransform>(
    _: Line.Type, _ tiles: Range<Int>, _ source: some PixelSource, _ area: TileRowArea,
    _ channels: Int, _ components: UnsafeMutablePointer<Float>, stride: Int
  ) {
    forEachRow(tiles, area, channels) { strip, group, place, image, row in
      let top = row - area.above
      let lines = area.lines(from: top)
      for column in area.inside {
        let pixel = area.index(image, top, column, channels: channels)
        @inline(__always) func transform(_ c: Int, _ count: Int) {
          let reader = source.reader(group.lowerBound + c, count: count)
          @inline(__always) func read(_ line: Int) -> Lanes {
            guard lines.contains(line) else { return .zero }
            return reader.pixel(
              pixel &+ line &* area.rowStride(channels), image, top &+ line, column &- area.left)
          }
          Line.apply(read) { strip[$0, column, c] = $1 }
        }
        forEachLanes(group.count, transform)
      }
      for tile in 0..<grid.width {
        let target = components + (place + tile) * channels + group.lowerBound
        @inline(__always) func transform(_ c: Int, _ count: Int) {
          for line in 0..<Transform.inputs {
            let first = tile * Transform.outputs
            Line.apply(
              { strip[line, first &+ $0, c] },
              { target.setLanes((line &* Transform.inputs &+ $0) &* stride + c, $1, count: count) })
          }
        }
        forEachLanes(group.count, transform)
      }
    }
  }

  /// The adjoint of `transformInput`: dx = B dV Bᵀ. Rows of tiles overlap by two rows of pixels, so
  /// those of an image have to be added by one thread, from the first to the last.
  func addInputGradient(
    _ tiles: Range<Int>, _ dv: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>
  ) {
    let (channels, stride) = (shape.inputChannels, inputStride)
    let area = inputArea
    let overlap = Transform.inputs - Transform.outputs
    forEachRow(tiles, area, channels) { strip, group, place, image, row in
      for tile in 0..<grid.width {
        let dv = dv + (place + tile) * channels + group.lowerBound
        let first = tile * Transform.outputs
        @inline(__always) func transform(_ c: Int, _ count: Int) {
          for line in 0..<Transform.inputs {
            Transform.InputAdjoint.apply(
              { dv.lanes((line &* Transform.inputs &+ $0) &* stride + c, count: count) },
              {
                let known = tile > 0 && $0 < overlap ? strip[line, first &+ $0, c] : .zero
                strip[line, first &+ $0, c] = known + $1
              })
          }
        }
        forEachLanes(group.count, transform)
      }
      let top = row - area.above
      let lines = area.lines(from: top)
      for column in area.inside {
        let pixel =
          dx + group.lowerBound + area.index(image, top, column, channels: channels)
        @inline(__always) func transform(_ c: Int, _ count: Int) {
          Transform.InputAdjoint.apply(
            { strip[$0, column, c] },
            {
              guard lines.contains($0) else { return }
              let place = $0 &* area.rowStride(channels) &+ c
              // The row of tiles before this one was the first to write the rows they share.
              let known = row > 0 && $0 < overlap ? pixel.lanes(place, count: count) : .zero
              pixel.setLanes(place, known + $1, count: count)
            })
        }
        forEachLanes(group.count, transform)
      }
    }
  }

  private var inputArea: TileRowArea {
    TileRowArea(
      image: shape.input, above: shape.window.padding.height, left: shape.window.padding.width,
      lineCount: Transform.inputs,
      columns: grid.width * Transform.outputs + Transform.inputs - Transform.outputs)
  }

  private var outputArea: TileRowArea {
    TileRowArea(
      image: shape.output, above: 0, left: 0, lineCount: Transform.outputs,
      columns: grid.width * Transform.outputs)
  }

  /// Calls `body` for each row of tiles and each group of channels with an empty strip, the group,
  /// the place of the row's first tile in `tiles`, its image, and the first row of its outputs.
  @inline(__always)
  private func forEachRow(
    _ tiles: Range<Int>, _ area: TileRowArea, _ channels: Int,
    _ body: (
      _ strip: TileRowStrip, _ group: Range<Int>, _ place: Int, _ image: Int, _ row: Int
    ) -> Void
  ) {
    let perLanes = Transform.inputs * area.columns * Lanes.scalarCount
    let fitting = max(1, stripFloats / perLanes) * Lanes.scalarCount
    let width = min(
      fitting, (channels + Lanes.scalarCount - 1) / Lanes.scalarCount * Lanes.scalarCount)
    withScratch(perLanes * (width / Lanes.scalarCount)) { memory in
      let strip = TileRowStrip(columns: area.columns, width: width, base: memory)
      strip.clear(lines: Transform.inputs, area.outside)
      for place in stride(from: 0, to: tiles.count, by: grid.width) {
        let (image, rest) = (tiles.lowerBound + place).quotientAndRemainder(
          dividingBy: grid.count)
        let row = rest / grid.width * Transform.outputs
        for first in stride(from: 0, to: channels, by: width) {
          body(strip, first..<min(channels, first + width), place, image, row)
        }
      }
    }
  }
}

/// The pixels under a row of tiles.
private struct TileRowArea {
  /// The image's extent.
  let image: Extent2D
  /// The rows and columns of the area that come before the image's first, in its first row of tiles.
  let above, left: Int
  /// The rows of the area.
  let lineCount: Int
  /// Its columns.
  let columns: Int

  /// Those of its columns that are inside the image.
  var inside: Range<Int> { min(left, columns)..<min(columns, left + image.width) }
  /// The others.
  var outside: [Range<Int>] { [0..<inside.lowerBound, inside.upperBound..<columns] }

  /// Those of its rows that are inside the image, if the first is the image's row `top`.
  @inline(__always)
  func lines(from top: Int) -> Range<Int> {
    let end = max(0, min(lineCount, image.height - top))
    return min(max(0, -top), end)..<end
  }

  /// The place of a pixel's first channel; meaningless where the pixel is outside.
  @inline(__always)
  func index(_ image: Int, _ row: Int, _ column: Int, channels: Int) -> Int {
    ((image &* self.image.height &+ row) &* self.image.width &+ column &- left) &* channels
  }

  @inline(__always)
  func rowStride(_ channels: Int) -> Int { image.width &* channels }
}

/// A row of tiles between its two transforms: [m + 2][columns][channels], the channels whole lanes.
private struct TileRowStrip {
  let columns, width: Int
  let base: UnsafeMutablePointer<Float>

  @inline(__always)
  subscript(line: Int, column: Int, c: Int) -> Lanes {
    get { base.lanes((line &* columns &+ column) &* width &+ c) }
    nonmutating set { base.setLanes((line &* columns &+ column) &* width &+ c, newValue) }
  }

  /// Sets columns to 0: those outside the image, which nobody writes.
  func clear(lines: Int, _ ranges: [Range<Int>]) {
    for line in 0..<lines {
      for range in ranges {
        (base + (line * columns + range.lowerBound) * width).update(
          repeating: 0, count: range.count * width)
      }
    }
  }
}

/// The floats of a strip that stays in an L1 cache of 48 KiB.
private let stripFloats = 12 << 10
