// Passes over all weights of a parameter beside the optimiser's own step.

/// Σ x[i]², in Double over fixed chunks, so that it does not depend on the number of threads.
/// x: [count].
public func sumOfSquares(count: Int, _ x: UnsafePointer<Float>) -> Double {
  return sumOverRowChunks(rows: count, columns: 1, width: 1) { range, sum in
    var sums = SIMD8<Double>.zero
    var i = range.lowerBound
    while i + 8 <= range.upperBound {
      // One by one: the initialiser that converts all at once is a slow generic one.
      let wide = SIMD8<Double>(
        Double(x[i]), Double(x[i + 1]), Double(x[i + 2]), Double(x[i + 3]), Double(x[i + 4]),
        Double(x[i + 5]), Double(x[i + 6]), Double(x[i + 7]))
      sums += wide * wide
      i += 8
    }
    while i < range.upperBound {
      sums[0] += Double(x[i]) * Double(x[i])
      i += 1
    }
    sum[0] += sums.sum()
  }[0]
}

/// average ← average + factor (x − average): one step of an exponential moving average.
///
/// - Parameters:
///   - factor: the share of the new value, 1 − decay.
///   - x: [count].
///   - average: [count], updated.
public func moveAverage(
  count: Int, factor: Float, towards x: UnsafePointer<Float>,
  _ average: UnsafeMutablePointer<Float>
) {
  parallelFor(count, grain: updateGrain) { range in
    mapElements(range, x, average, average) { x, average in average + factor * (x - average) }
  }
}

/// saved ← weight, then weight ← weight + factor · direction.
///
/// - Parameters:
///   - direction: [count].
///   - weight: [count], moved.
///   - saved: [count], overwritten.
public func saveAndMove(
  count: Int, factor: Float, along direction: UnsafePointer<Float>,
  _ weight: UnsafeMutablePointer<Float>, saved: UnsafeMutablePointer<Float>
) {
  parallelFor(count, grain: updateGrain) { range in
    forEachLanes(range.count) { first, count in
      let i = range.lowerBound + first
      let w = weight.lanes(i, count: count)
      saved.setLanes(i, w, count: count)
      weight.setLanes(i, w + factor * direction.lanes(i, count: count), count: count)
    }
  }
}
