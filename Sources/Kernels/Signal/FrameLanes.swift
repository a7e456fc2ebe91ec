/// Sixteen frames of a signal side by side: sample i of frame f at [i, f], times window[i]. Frame f
/// begins at `f * hop`.
///
/// - Parameters:
///   - length: samples of a frame, a multiple of 16 or less than 16.
///   - signal: [15 · hop + length].
///   - window: [length].
///   - frames: [length, 16], overwritten.
public func gatherFrames(
  length: Int, hop: Int, _ signal: UnsafePointer<Float>, window: UnsafePointer<Float>,
  _ frames: UnsafeMutablePointer<Float>
) {
  withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 16) { tile in
    guard let tile = tile.baseAddress else { return }
    var first = 0
    while first + 16 <= length {
      let start = signal + first
      halfTranspose({ start.lanes($0 * hop) }, { tile[$0] = $1 })
      halfTranspose({ tile[$0] }, { frames.setLanes((first + $0) * 16, window[first + $0] * $1) })
      first += 16
    }
  }
  for index in length & ~15..<length {
    for frame in 0..<16 {
      frames[index * 16 + frame] = window[index] * signal[frame * hop + index]
    }
  }
}

/// Adds the first `count` of sixteen frames to a signal where they overlap: what `gatherFrames` took
/// apart, put together.
///
///     signal[f · hop + i] += window[i] · frames[i, f]
///
/// - Parameters:
///   - length: samples of a frame, a multiple of 16 or less than 16.
///   - frames: [length, 16].
///   - signal: [(count − 1) · hop + length], added to.
public func addFrames(
  count: Int, length: Int, hop: Int, _ frames: UnsafePointer<Float>,
  window: UnsafePointer<Float>, _ signal: UnsafeMutablePointer<Float>
) {
  withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 16) { tile in
    guard let tile = tile.baseAddress else { return }
    var first = 0
    while first + 16 <= length {
      halfTranspose({ frames.lanes((first + $0) * 16) }, { tile[$0] = $1 })
      let shape = window.lanes(first)
      halfTranspose(
        { tile[$0] },
        { frame, samples in
          guard frame < count else { return }
          let place = frame * hop + first
          signal.setLanes(place, signal.lanes(place) + shape * samples)
        })
      first += 16
    }
  }
  for index in length & ~15..<length {
    for frame in 0..<count {
      signal[frame * hop + index] += window[index] * frames[index * 16 + frame]
    }
  }
}

/// Sixteen rows of sixteen numbers become sixteen columns; `x` and `y` may be the same memory.
///
/// - Parameters:
///   - x: sixteen rows, `xStride` floats apart.
///   - y: sixteen rows, `yStride` floats apart, overwritten.
public func transposeTile(
  _ x: UnsafePointer<Float>, xStride: Int, _ y: UnsafeMutablePointer<Float>, yStride: Int
) {
  withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 16) { tile in
    guard let tile = tile.baseAddress else { return }
    halfTranspose({ x.lanes($0 * xStride) }, { tile[$0] = $1 })
    halfTranspose({ tile[$0] }, { y.setLanes($0 * yStride, $1) })
  }
}

/// Half of a transposition of sixteen rows of sixteen: with the row's number r and the column's c as
/// four bits each, the number at (r₃r₂r₁r₀, c₃c₂c₁c₀) moves to (c₁c₀r₃r₂, r₁r₀c₃c₂). Twice is all.
@inline(__always)
private func halfTranspose(_ row: (Int) -> Lanes, _ emit: (Int, Lanes) -> Void) {
  for i in 0..<4 {
    let (a, b, c, d) = (row(4 * i), row(4 * i + 1), row(4 * i + 2), row(4 * i + 3))
    let (even, odd) = (evens(a, b), odds(a, b))
    let (nextEven, nextOdd) = (evens(c, d), odds(c, d))
    emit(i, evens(even, nextEven))
    emit(i + 4, evens(odd, nextOdd))
    emit(i + 8, odds(even, nextEven))
    emit(i + 12, odds(odd, nextOdd))
  }
}

@inline(__always)
private func evens(_ a: Lanes, _ b: Lanes) -> Lanes {
  Lanes(lowHalf: a.evenHalf, highHalf: b.evenHalf)
}

@inline(__always)
private func odds(_ a: Lanes, _ b: Lanes) -> Lanes {
  Lanes(lowHalf: a.oddHalf, highHalf: b.oddHalf)
}
