// What sixteen spectra look like, one in each SIMD lane. Spectra are [bins, 16], what is said of
// them is [16]; bin k lies at frequency k · step.

/// y[i] = √x[i] to 1e-7; x and y may be the same memory.
public func squareRoots(
  count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
) {
  mapElements(0..<count, x, y) { squareRoot($0) }
}

/// The mean frequency of each spectrum, weighted by magnitude: Σ f S / Σ S; 0 for silence.
public func spectralCentroids(
  bins: Int, step: Float, _ magnitudes: UnsafePointer<Float>,
  _ centroids: UnsafeMutablePointer<Float>
) {
  let (total, moment) = sums(bins, magnitudes) { k, s in Float(k) * s }
  centroids.setLanes(0, step * (moment / sound(total)))
}

/// The deviation from the mean frequency: √(Σ S (f − centroid)² / Σ S).
public func spectralBandwidths(
  bins: Int, step: Float, _ magnitudes: UnsafePointer<Float>, centroids: UnsafePointer<Float>,
  _ bandwidths: UnsafeMutablePointer<Float>
) {
  let middle = centroids.lanes(0) / step
  let (total, moment) = sums(bins, magnitudes) { k, s in
    let distance = Float(k) - middle
    return s * distance * distance
  }
  bandwidths.setLanes(0, step * squareRoot(moment / sound(total)))
}

/// The lowest frequency up to which there is the share `part` of the magnitude.
public func spectralRolloffs(
  bins: Int, step: Float, part: Float, _ magnitudes: UnsafePointer<Float>,
  _ rolloffs: UnsafeMutablePointer<Float>
) {
  // One sum in the order of the bins, both times: it must reach its own end.
  var total = Lanes.zero
  for k in 0..<bins { total += magnitudes.lanes(16 * k) }
  let threshold = part * total
  var (sum, below) = (Lanes.zero, Lanes.zero)
  for k in 0..<bins {
    sum += magnitudes.lanes(16 * k)
    below += Lanes.zero.replacing(with: 1, where: sum .< threshold)
  }
  rolloffs.setLanes(0, step * below)
}

/// How much a spectrum is like noise, 1, or like a tone, 0: the geometric over the arithmetic mean
/// of its power, which counts as at least `least`.
public func spectralFlatnesses(
  bins: Int, least: Float, _ power: UnsafePointer<Float>,
  _ flatnesses: UnsafeMutablePointer<Float>
) {
  var (logarithms, total) = (Lanes.zero, Lanes.zero)
  let floor = Lanes(repeating: least)
  for k in 0..<bins {
    let s = power.lanes(16 * k)
    let bounded = s.replacing(with: floor, where: s .< floor)
    logarithms += naturalLogarithm(bounded)
    total += bounded
  }
  let share = 1 / Float(bins)
  flatnesses.setLanes(0, exponential(share * logarithms) / (share * total))
}

/// The means of the `count` smallest and of the `count` largest of the bins of each spectrum.
public func spectralExtremes(
  bins: Int, count: Int, _ spectra: UnsafePointer<Float>,
  smallest: UnsafeMutablePointer<Float>, largest: UnsafeMutablePointer<Float>
) {
  precondition(count >= 1 && count <= bins, "the \(count) smallest of \(bins)")
  withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 2 * count) { buffer in
    guard let low = buffer.baseAddress else { return }
    let high = low + count
    for index in 0..<count {
      low[index] = Lanes(repeating: .infinity)
      high[index] = Lanes(repeating: -.infinity)
    }
    for k in 0..<bins {
      // Each goes down two sorted lists and takes the place of what it beats.
      var (falling, rising) = (spectra.lanes(16 * k), spectra.lanes(16 * k))
      for index in 0..<count {
        let (l, h) = (low[index], high[index])
        low[index] = l.replacing(with: falling, where: falling .< l)
        falling = falling.replacing(with: l, where: falling .< l)
        high[index] = h.replacing(with: rising, where: h .< rising)
        rising = rising.replacing(with: h, where: h .< rising)
      }
    }
    var (lowSum, highSum) = (Lanes.zero, Lanes.zero)
    for index in 0..<count {
      lowSum += low[index]
      highSum += high[index]
    }
    smallest.setLanes(0, lowSum / Float(count))
    largest.setLanes(0, highSum / Float(count))
  }
}

/// Σ S and Σ g(k, S), each in two partial sums.
@inline(__always)
private func sums(
  _ bins: Int, _ spectra: UnsafePointer<Float>, _ g: (Int, Lanes) -> Lanes
) -> (total: Lanes, moment: Lanes) {
  var (t0, t1, m0, m1) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
  var k = 0
  while k + 2 <= bins {
    let (a, b) = (spectra.lanes(16 * k), spectra.lanes(16 * k + 16))
    t0 += a
    t1 += b
    m0 += g(k, a)
    m1 += g(k + 1, b)
    k += 2
  }
  if k < bins {
    let a = spectra.lanes(16 * k)
    t0 += a
    m0 += g(k, a)
  }
  return (t0 + t1, m0 + m1)
}

/// 1 in place of a sum that is as good as nothing.
@inline(__always)
private func sound(_ total: Lanes) -> Lanes {
  total.replacing(with: 1, where: total .< Float.leastNormalMagnitude)
}
