/// Sixteen channels at once: the unit of the loops over the contiguous channels of an NHWC image.
typealias Lanes = SIMD16<Float>

extension UnsafePointer<Float> {
  /// The floats at `index` and behind; where fewer than sixteen are asked for, the rest are 0.
  @inline(__always)
  func lanes(_ index: Int, count: Int = Lanes.scalarCount) -> Lanes {
    if count >= Lanes.scalarCount {
      return UnsafeRawPointer(self + index).loadUnaligned(as: Lanes.self)
    }
    var lanes = Lanes.zero
    for lane in 0..<count { lanes[lane] = self[index + lane] }
    return lanes
  }
}

extension UnsafeMutablePointer<Float> {
  /// The floats at `index` and behind; where fewer than sixteen are asked for, the rest are 0.
  @inline(__always)
  func lanes(_ index: Int, count: Int = Lanes.scalarCount) -> Lanes {
    UnsafePointer(self).lanes(index, count: count)
  }

  /// Overwrites the floats at `index` and behind with the first `count` lanes.
  @inline(__always)
  func setLanes(_ index: Int, _ lanes: Lanes, count: Int = Lanes.scalarCount) {
    if count >= Lanes.scalarCount {
      UnsafeMutableRawPointer(self + index).storeBytes(of: lanes, as: Lanes.self)
    } else {
      for lane in 0..<count { self[index + lane] = lanes[lane] }
    }
  }

  /// self[i] += other[i] for the first `count` floats.
  @inline(__always)
  func add(_ other: UnsafePointer<Float>, count: Int) {
    var index = 0
    while index + Lanes.scalarCount <= count {
      setLanes(index, lanes(index) + other.lanes(index))
      index += Lanes.scalarCount
    }
    while index < count {
      self[index] += other[index]
      index += 1
    }
  }

  /// self[i] = other[i] for the first `count` floats, few enough that calling `memcpy` would cost
  /// more than the copy.
  @inline(__always)
  func copyRun(_ other: UnsafePointer<Float>, count: Int) {
    var index = 0
    while index + Lanes.scalarCount <= count {
      setLanes(index, other.lanes(index))
      index += Lanes.scalarCount
    }
    while index < count {
      self[index] = other[index]
      index += 1
    }
  }
}

/// Calls `body` with the first channel and the number of channels of each group of sixteen; the
/// last group may be smaller.
///
/// In a hot loop `body` is a local function that is always inlined. The compiler then sees that all
/// groups but the last are whole; in a closure it tests the number at every load, and takes the
/// vectors apart.
@inline(__always)
func forEachLanes(_ channels: Int, _ body: (_ first: Int, _ count: Int) -> Void) {
  var first = 0
  while first + Lanes.scalarCount <= channels {
    body(first, Lanes.scalarCount)
    first += Lanes.scalarCount
  }
  if first < channels { body(first, channels - first) }
}
