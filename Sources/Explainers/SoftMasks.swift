internal import Kernels
internal import TensorCore

/// The random masks of RISE. A sample's mask depends on the stream and the sample's number alone;
/// sample 0 shows everything. Where they come in pairs each even sample but the first is the complement
/// of the one before it, as in `Masks`.
struct SoftMasks {
  private let height, width, cells: Int
  private let shownShare: Float
  private let pairs: Bool
  private let random: RandomStream
  /// Pixels a cell, rounded up: the enlarged grid has one cell more than the picture needs.
  private let cellHeight, cellWidth: Int
  private let rows, columns: LinearTaps

  init(
    height: Int, width: Int, cells: Int, shownShare: Float, pairs: Bool = false,
    random: RandomStream
  ) {
    (self.height, self.width, self.cells) = (height, width, cells)
    (self.shownShare, self.pairs, self.random) = (shownShare, pairs, random)
    cellHeight = (height + cells - 1) / cells
    cellWidth = (width + cells - 1) / cells
    rows = LinearTaps(from: cells, to: (cells + 1) * cellHeight)
    columns = LinearTaps(from: cells, to: (cells + 1) * cellWidth)
  }

  /// The masks of a range of samples, [n, H, W], in 0...1.
  func masks(_ batch: Range<Int>) -> Tensor {
    Tensor(uninitialized: [batch.count, height, width]) { out in
      parallelFor(batch.count) { row in
        fill(out + row * height * width, batch.lowerBound + row)
      }
    }
  }

  private func fill(_ mask: UnsafeMutablePointer<Float>, _ sample: Int) {
    guard sample > 0 else { return mask.update(repeating: 1, count: height * width) }
    let isComplement = pairs && sample.isMultiple(of: 2)
    var random = random.substream(isComplement ? sample - 1 : sample)
    let grid = (0..<cells * cells).map { _ in
      (random.uniform() < shownShare) != isComplement ? Float(1) : 0
    }
    let (top, left) = (random.integer(below: cellHeight), random.integer(below: cellWidth))
    for y in 0..<height {
      let (low, high) = (rows.low[top + y] * cells, rows.high[top + y] * cells)
      let down = Float(rows.share[top + y])
      for x in 0..<width {
        let (first, second) = (columns.low[left + x], columns.high[left + x])
        let across = Float(columns.share[left + x])
        let above = grid[low + first] + across * (grid[low + second] - grid[low + first])
        let below = grid[high + first] + across * (grid[high + second] - grid[high + first])
        mask[y * width + x] = above + down * (below - above)
      }
    }
  }
}
