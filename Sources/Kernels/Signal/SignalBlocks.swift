/// Of each block of a signal the sum of squares and how often it crosses zero: frames that overlap
/// are made of whole blocks.
///
/// A sample is negative that is below −1e-10. A crossing belongs to its second sample; the first of
/// the whole signal has none.
///
/// - Parameters:
///   - count: samples; the last block may be shorter.
///   - length: samples of a block.
///   - energies: [⌈count / length⌉], overwritten.
///   - crossings: [⌈count / length⌉], overwritten.
///   - firstCrosses: [⌈count / length⌉], overwritten: 1 where a block's first sample is one of its
///     crossings, else 0.
public func sumBlocks(
  count: Int, length: Int, _ x: UnsafePointer<Float>,
  energies: UnsafeMutablePointer<Float>, crossings: UnsafeMutablePointer<Int32>,
  firstCrosses: UnsafeMutablePointer<Int32>
) {
  for block in 0..<(count + length - 1) / length {
    let (start, end) = (block * length, min(count, (block + 1) * length))
    var (energy, crossed) = (Lanes.zero, SIMD16<UInt32>.zero)
    var index = start
    if index == 0 {
      energy[0] = x[0] * x[0]
      index = 1
    }
    while index + Lanes.scalarCount <= end {
      let samples = x.lanes(index)
      energy += samples * samples
      crossed &+= signBit(samples) ^ signBit(x.lanes(index - 1))
      index += Lanes.scalarCount
    }
    while index < end {
      energy[index % 16] += x[index] * x[index]
      crossed[0] += crosses(x, index)
      index += 1
    }
    energies[block] = energy.sum()
    crossings[block] = Int32(crossed.wrappedSum())
    firstCrosses[block] = start == 0 ? 0 : Int32(crosses(x, start))
  }
}

/// 1 in the lanes whose samples are negative.
@inline(__always)
private func signBit(_ samples: Lanes) -> SIMD16<UInt32> {
  unsafeBitCast(samples + 1e-10, to: SIMD16<UInt32>.self) &>> 31
}

@inline(__always)
private func crosses(_ x: UnsafePointer<Float>, _ index: Int) -> UInt32 {
  (x[index] + 1e-10 < 0) == (x[index - 1] + 1e-10 < 0) ? 0 : 1
}

/// The mean and the variance (over `count`) of a signal, to about 1e-6 of its size.
public func moments(count: Int, _ x: UnsafePointer<Float>) -> (mean: Double, variance: Double) {
  guard count > 0 else { return (0, 0) }
  let mean = sum(count, x) { $0 } / Double(count)
  let shift = Float(mean)
  let squares = sum(count, x) { ($0 - shift) * ($0 - shift) } / Double(count)
  let rest = mean - Double(shift)
  return (mean, squares - rest * rest)
}

/// Σ f(x[i]): lanes are added up in Float for 512 samples at most, and those sums in Double.
@inline(__always)
private func sum(_ count: Int, _ x: UnsafePointer<Float>, _ f: (Lanes) -> Lanes) -> Double {
  var total = 0.0
  for start in stride(from: 0, to: count - count % 16, by: 512) {
    var lanes = Lanes.zero
    for index in stride(from: start, to: min(start + 512, count - count % 16), by: 16) {
      lanes += f(x.lanes(index))
    }
    total += Double(lanes.sum())
  }
  for index in count - count % 16..<count { total += Double(f(Lanes(repeating: x[index]))[0]) }
  return total
}

/// y[i] += x[i]
public func addSignal(
  count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
) {
  y.add(x, count: count)
}

/// y[i] += max(0, x[i + 1] − x[i])
///
/// - Parameters:
///   - x: [count + 1].
///   - y: [count], added to.
public func addRises(count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
  var index = 0
  while index + Lanes.scalarCount <= count {
    let rise = x.lanes(index + 1) - x.lanes(index)
    y.setLanes(index, y.lanes(index) + rise.replacing(with: 0, where: rise .< 0))
    index += Lanes.scalarCount
  }
  while index < count {
    y[index] += max(0, x[index + 1] - x[index])
    index += 1
  }
}

/// Whether no sample is NaN or infinite: 0 · x is 0 for every other.
public func areFinite(count: Int, _ x: UnsafePointer<Float>) -> Bool {
  var lanes = Lanes.zero
  for index in stride(from: 0, to: count - count % 16, by: 16) { lanes += 0 * x.lanes(index) }
  var sum = lanes.sum()
  for index in count - count % 16..<count { sum += 0 * x[index] }
  return sum == 0
}
