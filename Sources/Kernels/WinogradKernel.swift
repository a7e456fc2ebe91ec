/// How one convolution is cut into Winograd tiles, and the tiles into blocks. Everything here is a
/// function of the shape.
///
/// A tile is m x m outputs and the (m + 2) x (m + 2) inputs they are made from. Tiles are numbered
/// through the whole batch: image by image, row by row. A block of them is transformed together:
/// V: [components][tiles][C] from the inputs, M: [components][tiles][F] for the outputs, each
/// component a matrix of its own that BLAS multiplies with U: [components][C][F].
struct WinogradKernel<Transform: WinogradTransform> {
  let shape: ConvolutionShape
  /// The rows and columns of tiles over one output image; those at its end may reach beyond it.
  let grid: Extent2D
  /// The tiles of a block: whole rows of them.
  let blockTiles: Int
  /// Whether a thread takes whole blocks. The transformed weights and a block then stay together in
  /// its L2 cache. Larger weights would be read anew for every block: there all threads work on one
  /// large block after the other, each with the weights of some components.
  let threadsTakeBlocks: Bool

  init(_ shape: ConvolutionShape) {
    precondition(ConvolutionAlgorithm.canUseWinograd(shape), "\(shape)")
    self.shape = shape
    grid = Extent2D(
      (shape.output.height + Transform.outputs - 1) / Transform.outputs,
      (shape.output.width + Transform.outputs - 1) / Transform.outputs)
    let weights = Transform.components * shape.inputChannels * shape.filters
    let perTile = Transform.components * (shape.inputChannels + shape.filters)
    threadsTakeBlocks = weights <= winogradCachedWeights
    let fitting =
      threadsTakeBlocks
      ? min(128, max(32, winogradBlockFloats / perTile))
      : min(1024, max(128, winogradSharedBlockFloats / perTile))
    // Few rows of tiles still make a block for each of eight threads, and blocks are of one size: the
    // last one would keep a thread, or all of them, waiting.
    let rows = shape.batch * grid.height
    let fittingRows = max(1, fitting / grid.width)
    let blocks = max(threadsTakeBlocks ? 8 : 1, (rows + fittingRows - 1) / fittingRows)
    blockTiles = max(1, (rows + blocks - 1) / blocks) * grid.width
  }

  /// The tiles of the whole batch.
  var tiles: Int { shape.batch * grid.count }
  /// The floats of the transformed weights.
  var weightCount: Int { Transform.components * shape.inputChannels * shape.filters }
  /// From one component of V to the next. The odd cache line keeps the components of a tile out of
  /// the same set of the L1 cache.
  var inputStride: Int { (blockTiles * shape.inputChannels + 31) / 16 * 16 }
  /// From one component of M to the next.
  var outputStride: Int { (blockTiles * shape.filters + 31) / 16 * 16 }

  /// Images whose sum of dU one thread makes, where threads take blocks; all of them otherwise.
  var pieceImages: Int {
    threadsTakeBlocks ? max(1, (shape.batch + 7) / 8) : max(1, shape.batch)
  }

  /// See `forEachWinogradTile`.
  @inline(__always)
  func forEachTile(
    _ range: Range<Int>, _ body: (_ place: Int, _ image: Int, _ row: Int, _ column: Int) -> Void
  ) {
    forEachWinogradTile(range, of: grid, side: Transform.outputs, body)
  }
}

/// Calls `body` with each tile of a range: its place in the range, its image, and its first output
/// pixel. Tiles of `side` outputs a side are numbered through the batch, `grid` of them an image.
@inline(__always)
func forEachWinogradTile(
  _ range: Range<Int>, of grid: Extent2D, side: Int,
  _ body: (_ place: Int, _ image: Int, _ row: Int, _ column: Int) -> Void
) {
  var (image, rest) = range.lowerBound.quotientAndRemainder(dividingBy: grid.count)
  for place in 0..<range.count {
    let (row, column) = rest.quotientAndRemainder(dividingBy: grid.width)
    body(place, image, row * side, column * side)
    rest += 1
    if rest == grid.count { (image, rest) = (image + 1, 0) }
  }
}

/// The transformed weights that a thread still gets through its L2 cache beside a block, in floats.
let winogradCachedWeights = 320 << 10
/// V and M of a block that one thread takes, in floats.
let winogradBlockFloats = 144 << 10
/// V and M of a block that all threads work on, in floats.
let winogradSharedBlockFloats = 2 << 20
