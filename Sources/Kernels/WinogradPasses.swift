// The passes of a convolution by Winograd: transform, multiply component by component, transform
// back. With V = Bᵀ d B, U = G g Gᵀ and M' = A dY Aᵀ:
//
//     Y = Aᵀ (V U) A      dWeight = Gᵀ (Vᵀ M') G      dX = B (M' Uᵀ) Bᵀ
//
// Inside a loop over blocks the loops below run serially on the block's thread; where blocks come
// one after the other they are what all threads share (see `threadsTakeBlocks`).

extension WinogradKernel {
  /// y from x and the transformed weights u, and the moments of y where they are asked for.
  func forward(
    _ x: ConvolutionInput, _ u: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    _ y: UnsafeMutablePointer<Float>, moments: ChannelMoments? = nil
  ) {
    let (channels, filters) = (shape.inputChannels, shape.filters)
    moments?.clear()
    forEachBlock { block in
      withBlock { v, m in
        forEachTileRange(block) { tiles in
          transformInput(tiles, x, v + (tiles.lowerBound - block.lowerBound) * channels)
        }
        parallelFor(Transform.components) { component in
          matrixMultiply(
            m: block.count, n: filters, k: channels, v + component * inputStride,
            u + component * channels * filters, m + component * outputStride)
        }
        forEachTileRange(block) { tiles in
          transformOutput(
            tiles, m + (tiles.lowerBound - block.lowerBound) * filters, bias: bias, y,
            moments.map { ($0, momentChunk(tiles, of: block)) })
        }
      }
    }
  }

  /// dx from the weights, dWeight from x; M' is made once for both. What is nil is left out.
  func backward(
    _ x: ConvolutionInput?, _ weight: UnsafePointer<Float>?, _ dy: ConvolutionGradient,
    dx: UnsafeMutablePointer<Float>?, dWeight: UnsafeMutablePointer<Float>?
  ) {
    let pieces = (shape.batch + pieceImages - 1) / pieceImages
    withScratch(dx == nil ? 0 : weightCount) { u in
      if dx != nil, let weight { transformWeightsTransposed(weight, u) }
      withScratch(dWeight == nil ? 0 : pieces * weightCount) { du in
        parallelFor(pieces) { piece in
          let first = piece * pieceImages * grid.count
          let end = min(tiles, first + pieceImages * grid.count)
          withBlock { v, m in
            for start in stride(from: first, to: end, by: blockTiles) {
              backward(
                start..<min(end, start + blockTiles), x: dWeight == nil ? nil : x, dy, v, m, u,
                dx: dx, du: du + piece * weightCount, isFirst: start == first)
            }
          }
        }
        if let dWeight { transformWeightGradient(du, pieces: pieces, dWeight) }
      }
    }
  }

  /// One block: dU += Vᵀ M' where x is given, and dx += B (M' Uᵀ) Bᵀ where dx is.
  private func backward(
    _ block: Range<Int>, x: ConvolutionInput?, _ dy: ConvolutionGradient,
    _ v: UnsafeMutablePointer<Float>, _ m: UnsafeMutablePointer<Float>,
    _ u: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>?,
    du: UnsafeMutablePointer<Float>, isFirst: Bool
  ) {
    let (channels, filters) = (shape.inputChannels, shape.filters)
    forEachTileRange(block) { tiles in
      let place = tiles.lowerBound - block.lowerBound
      transformOutputGradient(tiles, dy, m + place * filters)
      if let x { transformInput(tiles, x, v + place * channels) }
    }
    parallelFor(Transform.components) { component in
      let (v, m) = (v + component * inputStride, m + component * outputStride)
      let weights = component * channels * filters
      if x != nil {
        matrixMultiply(
          m: channels, n: filters, k: block.count, v, transposeA: true, m,
          beta: isFirst ? 0 : 1, du + weights)
      }
      // V has been used: dV takes its place.
      if dx != nil {
        matrixMultiply(m: block.count, n: channels, k: filters, m, u + weights, v)
      }
    }
    guard let dx else { return }
    let images = block.lowerBound / grid.count...(block.upperBound - 1) / grid.count
    parallelFor(images.count) { index in
      let image = images.lowerBound + index
      let tiles = block.clamped(to: image * grid.count..<(image + 1) * grid.count)
      addInputGradient(tiles, v + (tiles.lowerBound - block.lowerBound) * channels, dx)
    }
  }

  /// Lends V and M of a block.
  private func withBlock(
    _ body: (_ v: UnsafeMutablePointer<Float>, _ m: UnsafeMutablePointer<Float>) -> Void
  ) {
    let size = Transform.components * inputStride
    withScratch(size + Transform.components * outputStride) { body($0, $0 + size) }
  }

  private func forEachBlock(_ body: (Range<Int>) -> Void) {
    if threadsTakeBlocks { return parallelFor(tiles, grain: blockTiles, body) }
    for start in stride(from: 0, to: tiles, by: blockTiles) {
      body(start..<min(tiles, start + blockTiles))
    }
  }

  /// The chunks of moments that `forward` fills, one for each range of tiles.
  var momentChunks: Int { (tiles + blockTiles - 1) / blockTiles * rangesPerBlock }

  private var rangesPerBlock: Int { (blockTiles + rangeTiles - 1) / rangeTiles }

  /// The tiles that are transformed at a time: rows of about sixteen.
  private var rangeTiles: Int { max(1, 16 / grid.width) * grid.width }

  private func momentChunk(_ range: Range<Int>, of block: Range<Int>) -> Int {
    block.lowerBound / blockTiles * rangesPerBlock
      + (range.lowerBound - block.lowerBound) / rangeTiles
  }

  private func forEachTileRange(_ block: Range<Int>, _ body: (Range<Int>) -> Void) {
    parallelFor(block.count, grain: rangeTiles) { range in
      body(block.lowerBound + range.lowerBound..<block.lowerBound + range.upperBound)
    }
  }
}
