/// `WinogradInference` of either tile. Not generic itself: a protocol's call of a generic type is not
/// specialised, and would run many times slower.
enum WinogradStep: InferenceStep {
  case three(WinogradInference<WinogradThree>)
  case four(WinogradInference<WinogradFour>)

  init(
    _ shape: ConvolutionShape, _ tile: WinogradTile, _ weight: UnsafePointer<Float>,
    _ finish: Finish, isHalved: Bool, _ precision: InferencePrecision
  ) {
    switch tile {
    case .three:
      self = .three(WinogradInference(shape, weight, finish, isHalved: isHalved, precision))
    case .four:
      self = .four(WinogradInference(shape, weight, finish, isHalved: isHalved, precision))
    }
  }

  var weightCount: Int {
    switch self {
    case .three(let step): step.weightCount
    case .four(let step): step.weightCount
    }
  }

  func items(images: Int, threads: Int) -> Int {
    switch self {
    case .three(let step): step.items(images: images, threads: threads)
    case .four(let step): step.items(images: images, threads: threads)
    }
  }

  func run(_ item: Int, _ memory: StepMemory) {
    switch self {
    case .three(let step): step.run(item, memory)
    case .four(let step): step.run(item, memory)
    }
  }
}

/// A convolution by Winograd with weights that were transformed and packed once. Bias, ReLU and a
/// 2x2 maximum are applied to the output tiles while they are in registers.
///
/// Tiles go through in blocks: V = Bᵀ d B for all channels, then for each panel of 32 filters the
/// products M = V U and y = Aᵀ M A. Where there are many tiles an item is a block. Of few tiles, as
/// of one small image, an item is some of the panels: each thread transforms all tiles for itself,
/// which takes less time than to wait for the others' and to fetch them from their caches, and it
/// reads its part of the weights alone.
struct WinogradInference<Transform: WinogradTransform> {
  private let shape: ConvolutionShape
  private let grid: Extent2D
  private let weights: StepWeights
  private let finish: Finish
  private let isHalved: Bool
  /// The most tiles of a block where there are many.
  private let blockTiles: Int

  init(
    _ shape: ConvolutionShape, _ weight: UnsafePointer<Float>, _ finish: Finish, isHalved: Bool,
    _ precision: InferencePrecision
  ) {
    precondition(ConvolutionAlgorithm.canUseWinograd(shape), "\(shape)")
    precondition(!isHalved || Transform.outputs.isMultiple(of: 2), "\(shape)")
    (self.shape, self.finish, self.isHalved) = (shape, finish, isHalved)
    let kernel = WinogradKernel<Transform>(shape)
    grid = kernel.grid
    var packed: StepWeights?
    withScratch(kernel.weightCount) { u in
      kernel.transformWeights(weight, u)
      packed = StepWeights(
        matrices: Transform.components, k: shape.inputChannels, n: shape.filters, u, precision)
    }
    guard let packed else { preconditionFailure("scratch memory was not lent") }
    weights = packed
    let perTile = Transform.components * (shape.inputChannels + PackedWeights.panelWidth)
    blockTiles = min(48, max(24, winogradStepFloats / perTile / 12 * 12))
  }

  var weightCount: Int { weights.count }

  func items(images: Int, threads: Int) -> Int {
    let cut = cut(tiles: images * grid.count, threads: threads)
    return cut.pieces * cut.groups
  }

  func run(_ item: Int, _ memory: StepMemory) {
    let tiles = memory.images * grid.count
    let cut = cut(tiles: tiles, threads: memory.threads)
    let (piece, group) = item.quotientAndRemainder(dividingBy: cut.groups)
    let block = piece * cut.tiles..<min(tiles, (piece + 1) * cut.tiles)
    let panels =
      weights.panels * group / cut.groups..<weights.panels * (group + 1) / cut.groups
    let (stride, outputStride) = (inputStride(cut.tiles), outputStride(cut.tiles))
    let temporaries = Transform.temporaryCount + Transform.outputs * Transform.outputs * 16
    withScratch(temporaries + Transform.components * (stride + outputStride)) { temporary in
      let v = temporary + temporaries
      let m = v + Transform.components * stride
      // In bfloat16 V takes half of its room.
      let halves = UnsafeMutableRawPointer(v).assumingMemoryBound(to: UInt16.self)
      switch weights {
      case .float32: transformInput(block, memory.x, v, stride, temporary)
      // M is not needed yet.
      case .bfloat16: transformInput(block, memory.x, halves, stride, temporary, tile: m)
      }
      for panel in panels {
        switch weights {
        case .float32(let weights): multiply(block, panel, weights, v, stride, m, outputStride)
        case .bfloat16(let weights):
          multiply(block, panel, weights, halves, stride, m, outputStride)
        }
        if isHalved {
          transformAndHalve(block, panel, m, outputStride, memory.y, temporary)
        } else {
          transformOutput(block, panel, m, outputStride, memory.y, temporary)
        }
      }
    }
  }

  /// How a step is cut: each of `pieces` blocks of `tiles` tiles by each of `groups` of panels.
  private struct Cut {
    let tiles, pieces, groups: Int
  }

  private func cut(tiles: Int, threads: Int) -> Cut {
    func pieces(of size: Int) -> Cut {
      Cut(tiles: size, pieces: (tiles + size - 1) / size, groups: 1)
    }
    if threads == 1 {
      if tiles < 2 * blockTiles { return pieces(of: tiles) }
      return pieces(of: min(blockTiles, ((tiles + 7) / 8 + 11) / 12 * 12))
    }
    // Enough blocks of what a product takes at once: about six for each thread.
    if tiles >= 24 * threads {
      return pieces(of: min(blockTiles, max(12, tiles / (6 * threads) / 12 * 12)))
    }
    // As many items as threads, of whole panels and, if those do not share out evenly, of blocks of
    // at least nine tiles.
    let groups = greatestCommonDivisor(threads, weights.panels)
    if tiles >= 9 * (threads / groups) {
      let pieces = threads / groups
      let size = (tiles + pieces - 1) / pieces
      return Cut(tiles: size, pieces: (tiles + size - 1) / size, groups: groups)
    }
    let most = max(1, tiles / 9)
    let size = (tiles + most - 1) / most
    return Cut(
      tiles: size, pieces: (tiles + size - 1) / size,
      groups: min(weights.panels, (threads + most - 1) / most))
  }

  /// From one component of V to the next; the odd cache line keeps the components of a tile out of
  /// the same set of the L1 cache.
  private func inputStride(_ tiles: Int) -> Int {
    (tiles * shape.inputChannels + 31) / 32 * 32 + Lanes.scalarCount
  }

  /// The same of M, for one panel.
  private func outputStride(_ tiles: Int) -> Int {
    tiles * PackedWeights.panelWidth + Lanes.scalarCount
  }

  /// V = Bᵀ d B. v: the first tile's row of component 0.
  private func transformInput(
    _ tiles: Range<Int>, _ x: UnsafePointer<Float>, _ v: UnsafeMutablePointer<Float>,
    _ stride: Int, _ temporary: UnsafeMutablePointer<Float>
  ) {
    forEachInputTile(tiles) { place, patch in
      let v = v + place * shape.inputChannels
      forEachLanes(shape.inputChannels) { c, count in
        transformInput(patch, x + c, count, temporary) {
          v.setLanes(($0 * Transform.inputs + $1) * stride + c, $2, count: count)
        }
      }
    }
  }

  /// The same in bfloat16. tile: room for one tile of sixteen channels, which is rounded as a whole.
  private func transformInput(
    _ tiles: Range<Int>, _ x: UnsafePointer<Float>, _ v: UnsafeMutablePointer<UInt16>,
    _ stride: Int, _ temporary: UnsafeMutablePointer<Float>, tile: UnsafeMutablePointer<Float>
  ) {
    forEachInputTile(tiles) { place, patch in
      let v = v + place * shape.inputChannels
      forEachLanes(shape.inputChannels) { c, count in
        transformInput(patch, x + c, count, temporary) {
          tile.setLanes(($0 * Transform.inputs + $1) * Lanes.scalarCount, $2)
        }
        roundToBFloat16(
          groups: Transform.components, count: count, tile, v + c, stride: stride)
      }
    }
  }

  @inline(__always)
  private func forEachInputTile(_ tiles: Range<Int>, _ body: (_ place: Int, Patch) -> Void) {
    let padding = shape.window.padding
    forEachTile(tiles) { place, image, row, column in
      body(
        place,
        Patch(
          image, row - padding.height, column - padding.width, size: Transform.inputs,
          of: shape.input, channels: shape.inputChannels))
    }
  }

  /// Bᵀ d B of one tile, `count` channels of it; x: the first of those.
  @inline(__always)
  private func transformInput(
    _ patch: Patch, _ x: UnsafePointer<Float>, _ count: Int,
    _ temporary: UnsafeMutablePointer<Float>,
    write: (_ row: Int, _ column: Int, _ value: Lanes) -> Void
  ) {
    if patch.isWhole {
      transformTwice(
        Transform.Input.self, temporary,
        read: { x.lanes(patch.index($0, $1), count: count) }, write: write)
    } else {
      transformTwice(
        Transform.Input.self, temporary,
        read: {
          patch.contains($0, $1) ? x.lanes(patch.index($0, $1), count: count) : .zero
        },
        write: write)
    }
  }

  /// M = V U for one panel of filters.
  private func multiply(
    _ tiles: Range<Int>, _ panel: Int, _ weights: PackedWeights, _ v: UnsafePointer<Float>,
    _ stride: Int, _ m: UnsafeMutablePointer<Float>, _ outputStride: Int
  ) {
    let width = PackedWeights.panelWidth
    for component in 0..<Transform.components {
      let m = m + component * outputStride
      forEachProductRow(
        rows: tiles.count, k: shape.inputChannels, v + component * stride,
        stride: shape.inputChannels, weights.panel(panel, matrix: component)
      ) { row, first, second in
        m.setLanes(row * width, first)
        m.setLanes(row * width + Lanes.scalarCount, second)
      }
    }
  }

  private func multiply(
    _ tiles: Range<Int>, _ panel: Int, _ weights: PackedBFloat16Weights,
    _ v: UnsafePointer<UInt16>, _ stride: Int, _ m: UnsafeMutablePointer<Float>,
    _ outputStride: Int
  ) {
    for component in 0..<Transform.components {
      bfloat16Product(
        rows: tiles.count, k: shape.inputChannels, v + component * stride,
        stride: shape.inputChannels, weights.panel(panel, matrix: component),
        m + component * outputStride)
    }
  }

  /// y = Aᵀ M A, finished.
  private func transformOutput(
    _ tiles: Range<Int>, _ panel: Int, _ m: UnsafePointer<Float>, _ stride: Int,
    _ y: UnsafeMutablePointer<Float>, _ temporary: UnsafeMutablePointer<Float>
  ) {
    let first = panel * PackedWeights.panelWidth
    let filters = min(PackedWeights.panelWidth, shape.filters - first)
    forEachTile(tiles) { place, image, row, column in
      let patch = Patch(
        image, row, column, size: Transform.outputs, of: shape.output, channels: shape.filters)
      let m = m + place * PackedWeights.panelWidth
      forEachLanes(filters) { f, count in
        let bias = finish.bias(first + f)
        transformTwice(
          Transform.Output.self, temporary,
          read: { m.lanes(($0 * Transform.inputs + $1) * stride + f) },
          write: {
            guard patch.contains($0, $1) else { return }
            y.setLanes(
              patch.index($0, $1) + first + f, finish.rectify($2 + bias), count: count)
          })
      }
    }
  }

  /// The same, and of every 2x2 outputs the maximum; where the image ends within a window there is
  /// none, as in the pooling layer.
  private func transformAndHalve(
    _ tiles: Range<Int>, _ panel: Int, _ m: UnsafePointer<Float>, _ stride: Int,
    _ y: UnsafeMutablePointer<Float>, _ temporary: UnsafeMutablePointer<Float>
  ) {
    let first = panel * PackedWeights.panelWidth
    let filters = min(PackedWeights.panelWidth, shape.filters - first)
    let size = Lanes.scalarCount
    let (side, half) = (Transform.outputs, Transform.outputs / 2)
    let pooled = Extent2D(shape.output.height / 2, shape.output.width / 2)
    let outputs = temporary + Transform.temporaryCount
    forEachTile(tiles) { place, image, row, column in
      let patch = Patch(
        image, row / 2, column / 2, size: half, of: pooled, channels: shape.filters)
      let m = m + place * PackedWeights.panelWidth
      forEachLanes(filters) { f, count in
        let bias = finish.bias(first + f)
        transformTwice(
          Transform.Output.self, temporary,
          read: { m.lanes(($0 * Transform.inputs + $1) * stride + f) },
          write: { outputs.setLanes(($0 * side + $1) * size, $2) })
        for i in 0..<half {
          for j in 0..<half where patch.contains(i, j) {
            let corner = outputs + (2 * i * side + 2 * j) * size
            let above = larger(corner.lanes(0), corner.lanes(size))
            let below = larger(corner.lanes(side * size), corner.lanes((side + 1) * size))
            y.setLanes(
              patch.index(i, j) + first + f, finish.rectify(larger(above, below) + bias),
              count: count)
          }
        }
      }
    }
  }

  /// See `forEachWinogradTile`.
  @inline(__always)
  private func forEachTile(
    _ range: Range<Int>, _ body: (_ place: Int, _ image: Int, _ row: Int, _ column: Int) -> Void
  ) {
    forEachWinogradTile(range, of: grid, side: Transform.outputs, body)
  }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  var (a, b) = (a, b)
  while b > 0 { (a, b) = (b, a % b) }
  return a
}

/// V and one panel of M of a block, in floats: half of an L2 cache of a megabyte.
private let winogradStepFloats = 128 << 10
