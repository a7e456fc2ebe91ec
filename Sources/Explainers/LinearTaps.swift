/// Linear interpolation along one axis that grows: between the centres of the old places, which are
/// (i + 1/2) / old of the axis, ends repeated. Along both axes this is what PyTorch's `interpolate`
/// does with `mode="bilinear", align_corners=False`.
struct LinearTaps {
  /// The two old places that a new one lies between.
  let low, high: [Int]
  /// How much the second of them counts, in 0..<1.
  let share: [Double]

  /// From `old` places to `new` ones.
  init(from old: Int, to new: Int) {
    precondition(old > 0 && new > 0, "\(old) places read at \(new)")
    let places = (0..<new).map { index in
      min(max((Double(index) + 0.5) * Double(old) / Double(new) - 0.5, 0), Double(old - 1))
    }
    low = places.map { Int($0) }
    high = low.map { min($0 + 1, old - 1) }
    share = zip(places, low).map { $0 - Double($1) }
  }
}

/// Numbers on a grid, row after row, read between them.
struct Grid {
  let width, height: Int
  let values: [Double]

  /// The grid enlarged to so many rows and columns by linear interpolation along both axes.
  func enlarged(width newWidth: Int, height newHeight: Int) -> [Double] {
    precondition(values.count == width * height, "\(values.count) values of \(width)x\(height)")
    let (rows, columns) = (
      LinearTaps(from: height, to: newHeight), LinearTaps(from: width, to: newWidth)
    )
    var result: [Double] = []
    result.reserveCapacity(newWidth * newHeight)
    for y in 0..<newHeight {
      let (top, bottom) = (rows.low[y] * width, rows.high[y] * width)
      for x in 0..<newWidth {
        let (left, right, share) = (columns.low[x], columns.high[x], columns.share[x])
        let above = values[top + left] * (1 - share) + values[top + right] * share
        let below = values[bottom + left] * (1 - share) + values[bottom + right] * share
        result.append(above * (1 - rows.share[y]) + below * rows.share[y])
      }
    }
    return result
  }
}
