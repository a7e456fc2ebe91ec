/// Elements that one thread takes at a time in an element-wise loop: 128 KB in, 128 KB out.
let elementGrain = 1 << 15

/// y[i] = f(x[i]) for i in `range`, on the calling thread; x and y may be the same memory.
@inline(__always)
func mapElements(
  _ range: Range<Int>, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
  _ f: (Lanes) -> Lanes
) {
  var i = range.lowerBound
  while i + Lanes.scalarCount <= range.upperBound {
    y.setLanes(i, f(x.lanes(i)))
    i += Lanes.scalarCount
  }
  let rest = range.upperBound - i
  if rest > 0 { y.setLanes(i, f(x.lanes(i, count: rest)), count: rest) }
}

/// z[i] = f(x[i], y[i]) for i in `range`, on the calling thread; z may be x or y.
@inline(__always)
func mapElements(
  _ range: Range<Int>, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>,
  _ z: UnsafeMutablePointer<Float>, _ f: (Lanes, Lanes) -> Lanes
) {
  var i = range.lowerBound
  while i + Lanes.scalarCount <= range.upperBound {
    z.setLanes(i, f(x.lanes(i), y.lanes(i)))
    i += Lanes.scalarCount
  }
  let rest = range.upperBound - i
  if rest > 0 {
    z.setLanes(i, f(x.lanes(i, count: rest), y.lanes(i, count: rest)), count: rest)
  }
}

/// eˣ to 2e-7: x = n ln 2 + r with |r| <= ln 2 / 2, a polynomial in r, and n put into the exponent.
/// Saturates: 0 below -87, e⁸⁸ above 88. NaN stays NaN.
@inline(__always)
func exponential(_ x: Lanes) -> Lanes {
  let bounded = x.replacing(with: -87, where: x .< -87).replacing(with: 88, where: x .> 88)
  // Adding 1.5 · 2²³ leaves the nearest integer in the low bits of the sum.
  let shifted = bounded * 1.44269504 + 12_582_912
  let n = shifted - 12_582_912
  let r = bounded - n * 0.693359375 + n * 2.12194440e-4
  // Fitted at Chebyshev nodes on ±0.3466; relative error 3e-9.
  var p = r * 0.0013948590494692326 + 0.008375135250389576
  p = p * r + 0.041666217148303986
  p = p * r + 0.16666415333747864
  p = p * r + 0.5
  p = p * r + 1
  p = p * r + 1
  let bits = unsafeBitCast(shifted, to: SIMD16<UInt32>.self)
  let power = unsafeBitCast((bits &+ 127) &<< 23, to: Lanes.self)
  return (p * power).replacing(with: 0, where: x .< -87)
}

/// tanh x to 3e-7, relative: an odd polynomial near 0, else 1 - 2 / (e²ˣ + 1).
@inline(__always)
func hyperbolicTangent(_ x: Lanes) -> Lanes {
  let s = x * x
  // Fitted at Chebyshev nodes on ±0.65; relative error 6e-9.
  var p = s * -0.005473604891449213 + 0.020420853048563004
  p = p * s - 0.05366738513112068
  p = p * s + 0.13330447673797607
  p = p * s - 0.3333323001861572
  p = p * s + 1
  let far = 1 - 2 / (exponential(x + x) + 1)
  return far.replacing(with: x * p, where: s .< 0.4)
}

/// erf x to 2e-7: an odd polynomial within ±1, else ±(1 - e^q(|x|)), both fitted at Chebyshev nodes.
@inline(__always)
func errorFunction(_ x: Lanes) -> Lanes {
  let s = x * x
  var p = s * 7.882497448008507e-05 - 0.0008018855005502701
  p = p * s + 0.005189312156289816
  p = p * s - 0.02685432881116867
  p = p * s + 0.11283597350120544
  p = p * s - 0.3761262595653534
  p = p * s + 1.1283791065216064

  // ln erfc on 1...4; beyond 4, erf is 1 in Float. NaN fails both comparisons and stays.
  var a = x.replacing(with: -x, where: x .< 0)
  a = a.replacing(with: 4, where: a .> 4)
  var q = a * 8.465770224574953e-05 - 0.0017424158286303282
  q = q * a + 0.015998484566807747
  q = q * a - 0.0883389487862587
  q = q * a - 0.6586417555809021
  q = q * a - 1.1123270988464355
  q = q * a - 0.004642370156943798
  let far = 1 - exponential(q)
  return far.replacing(with: -far, where: x .< 0).replacing(with: x * p, where: s .< 1)
}
