/// `WinogradInference` of either tile. Not generic itself: a protocol's call of a generic type is not
/// specialised, and would run many times slower.
enum WinogradStep: InferenceStep {
  case three(WinogradInference<WinogradThree>)
  case four(WinogradInference<WinogradFour>)

  init(
    _ shape: ConvolutionShape, _ tile: WinogradTile, _ weight: UnsafePointer<Float>,
    _ finish: Finish, isHalved: Bool
  ) {
    switch tile {
    case .three: self = .three(WinogradInference(shape, weight, finish, isHalved: isHalved))
    case .four: self = .four(WinogradInference(shape, weight, finish, isHalved: isHalved))
    }
  }

  var weightCount: Int {
    switch self {
    case .three(let step): step.weightCount
    case .four(let step): step.weightCount
    }
  }

  func sharedCount(images: Int) -> Int {
    switch self {
    case .three(let step): step.sharedCount(images: images)
    case .four(let step): step.sharedCount(images: images)
    }
  }

  func items(pass: Int, images: Int) -> Int {
    switch self {
    case .three(let step): step.items(pass: pass, images: images)
    case .four(let step): step.items(pass: pass, images: images)
    }
  }

  func run(pass: Int, item: Int, _ memory: StepMemory) {
    switch self {
    case .three(let step): step.run(pass: pass, item: item, memory)
    case .four(let step): step.run(pass: pass, item: item, memory)
    }
  }
}

/// A convolution by Winograd with weights that were transformed and packed once. Bias, ReLU and a
/// 2x2 maximum are applied to the output tiles while they are in registers.
///
/// Tiles go through in blocks: V = Bᵀ d B for all channels, then for each panel of 32 filters the
/// products M = V U and y = Aᵀ M A. Where there are many tiles an item is a block, done in one go.
/// Few tiles, as of one small image, are one block that all threads share: the first pass
/// transforms its channels, the second multiplies by one panel an item.
struct WinogradInference<Transform: WinogradTransform> {
  private let shape: ConvolutionShape
  private let grid: Extent2D
  private let weights: PackedWeights
  private let finish: Finish
  private let isHalved: Bool
  /// The most tiles of a block where there are many.
  private let blockTiles: Int

  init(
    _ shape: ConvolutionShape, _ weight: UnsafePointer<Float>, _ finish: Finish, isHalved: Bool
  ) {
    precondition(ConvolutionAlgorithm.canUseWinograd(shape), "\(shape)")
    precondition(!isHalved || Transform.outputs.isMultiple(of: 2), "\(shape)")
    (self.shape, self.finish, self.isHalved) = (shape, finish, isHalved)
    let kernel = WinogradKernel<Transform>(shape)
    grid = kernel.grid
    var packed: PackedWeights?
    withScratch(kernel.weightCount) { u in
      kernel.transformWeights(weight, u)
      packed = PackedWeights(
        matrices: Transform.components, k: shape.inputChannels, n: shape.filters, u)
    }
    guard let packed else { preconditionFailure("scratch memory was not lent") }
    weights = packed
    let perTile = Transform.components * (shape.inputChannels + PackedWeights.panelWidth)
    blockTiles = min(48, max(24, winogradStepFloats / perTile / 12 * 12))
  }

  var weightCount: Int { weights.count }

  /// Whether all tiles are one block that the threads share.
  private func isShared(_ images: Int) -> Bool { images * grid.count < 2 * blockTiles }

  /// The tiles of a block where there are many: enough blocks for several threads.
  private func blockSize(_ tiles: Int) -> Int {
    min(blockTiles, ((tiles + 7) / 8 + 11) / 12 * 12)
  }

  func sharedCount(images: Int) -> Int {
    isShared(images) ? Transform.components * inputStride(images * grid.count) : 0
  }

  func items(pass: Int, images: Int) -> Int {
    let tiles = images * grid.count
    guard isShared(images) else {
      let size = blockSize(tiles)
      return pass == 0 ? (tiles + size - 1) / size : 0
    }
    return pass == 0 ? pieces(tiles) * channelGroups : weights.panels * pieces(tiles)
  }

  func run(pass: Int, item: Int, _ memory: StepMemory) {
    let tiles = memory.images * grid.count
    guard isShared(memory.images) else {
      let size = blockSize(tiles)
      let block = item * size..<min(tiles, (item + 1) * size)
      let stride = inputStride(block.count)
      withScratch(Transform.components * inputStride(blockTiles)) { v in
        transformInput(block, 0..<shape.inputChannels, memory.x, v, stride)
        for panel in 0..<weights.panels { multiply(block, panel, v, stride, memory.y) }
      }
      return
    }
    let (group, piece) = item.quotientAndRemainder(dividingBy: pieces(tiles))
    let size = pieceTiles(tiles)
    let range = min(tiles, piece * size)..<min(tiles, (piece + 1) * size)
    let v = memory.shared + range.lowerBound * shape.inputChannels
    let stride = inputStride(tiles)
    if pass == 0 {
      let first = group * Self.groupChannels
      let channels = first..<min(shape.inputChannels, first + Self.groupChannels)
      transformInput(range, channels, memory.x, v, stride)
    } else {
      multiply(range, group, v, stride, memory.y)
    }
  }

  /// The items that a panel's tiles make where all threads share a block: about eight for all
  /// panels, and each at least what a product takes at once.
  private func pieces(_ tiles: Int) -> Int {
    min((tiles + 11) / 12, (8 + weights.panels - 1) / weights.panels)
  }

  /// The tiles of such an item.
  private func pieceTiles(_ tiles: Int) -> Int {
    let pieces = pieces(tiles)
    return ((tiles + pieces - 1) / pieces + 11) / 12 * 12
  }

  /// The channels that an item transforms where all threads share a block.
  private static var groupChannels: Int { 32 }
  private var channelGroups: Int {
    (shape.inputChannels + Self.groupChannels - 1) / Self.groupChannels
  }

  /// From one component of V to the next; the odd cache line keeps the components of a tile out of
  /// the same set of the L1 cache.
  private func inputStride(_ tiles: Int) -> Int {
    (tiles * shape.inputChannels + 31) / 32 * 32 + Lanes.scalarCount
  }

  /// V = Bᵀ d B of some channels. v: the first tile's row of component 0.
  private func transformInput(
    _ tiles: Range<Int>, _ group: Range<Int>, _ x: UnsafePointer<Float>,
    _ v: UnsafeMutablePointer<Float>, _ stride: Int
  ) {
    let channels = shape.inputChannels
    let padding = shape.window.padding
    withScratch(Transform.temporaryCount) { temporary in
      forEachTile(tiles) { place, image, row, column in
        let patch = Patch(
          image, row - padding.height, column - padding.width, size: Transform.inputs,
          of: shape.input, channels: channels)
        let v = v + place * channels + group.lowerBound
        let x = x + group.lowerBound
        forEachLanes(group.count) { c, count in
          if patch.isWhole {
            transformTwice(
              Transform.Input.self, temporary,
              read: { x.lanes(patch.index($0, $1) + c, count: count) },
              write: {
                v.setLanes(($0 * Transform.inputs + $1) * stride + c, $2, count: count)
              })
          } else {
            transformTwice(
              Transform.Input.self, temporary,
              read: {
                patch.contains($0, $1) ? x.lanes(patch.index($0, $1) + c, count: count) : .zero
              },
              write: {
                v.setLanes(($0 * Transform.inputs + $1) * stride + c, $2, count: count)
              })
          }
        }
      }
    }
  }

  /// The outputs of some tiles and of one panel of filters.
  private func multiply(
    _ tiles: Range<Int>, _ panel: Int, _ v: UnsafePointer<Float>, _ stride: Int,
    _ y: UnsafeMutablePointer<Float>
  ) {
    let width = PackedWeights.panelWidth
    let outputStride = tiles.count * width + Lanes.scalarCount
    withScratch(Transform.components * (max(blockTiles, tiles.count) * width + Lanes.scalarCount)) {
      m in
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
      if isHalved {
        transformAndHalve(tiles, panel, m, outputStride, y)
      } else {
        transformOutput(tiles, panel, m, outputStride, y)
      }
    }
  }

  /// y = Aᵀ M A, finished.
  private func transformOutput(
    _ tiles: Range<Int>, _ panel: Int, _ m: UnsafePointer<Float>, _ stride: Int,
    _ y: UnsafeMutablePointer<Float>
  ) {
    let first = panel * PackedWeights.panelWidth
    let filters = min(PackedWeights.panelWidth, shape.filters - first)
    withScratch(Transform.temporaryCount) { temporary in
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
  }

  /// The same, and of every 2x2 outputs the maximum; where the image ends within a window there is
  /// none, as in the pooling layer.
  private func transformAndHalve(
    _ tiles: Range<Int>, _ panel: Int, _ m: UnsafePointer<Float>, _ stride: Int,
    _ y: UnsafeMutablePointer<Float>
  ) {
    let first = panel * PackedWeights.panelWidth
    let filters = min(PackedWeights.panelWidth, shape.filters - first)
    let size = Lanes.scalarCount
    let (side, half) = (Transform.outputs, Transform.outputs / 2)
    let pooled = Extent2D(shape.output.height / 2, shape.output.width / 2)
    withScratch(Transform.temporaryCount + side * side * size) { temporary in
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
  }

  /// See `forEachWinogradTile`.
  @inline(__always)
  private func forEachTile(
    _ range: Range<Int>, _ body: (_ place: Int, _ image: Int, _ row: Int, _ column: Int) -> Void
  ) {
    forEachWinogradTile(range, of: grid, side: Transform.outputs, body)
  }
}

/// V and one panel of M of a block, in floats: half of an L2 cache of a megabyte.
private let winogradStepFloats = 128 << 10
