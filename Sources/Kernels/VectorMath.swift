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

/// ln x to 1e-7 for normal x > 0: x = 2ⁿ (1 + f) with f on 1/√2 … √2, and a polynomial in f. What is
/// smaller than the smallest normal number counts as that one.
@inline(__always)
func naturalLogarithm(_ x: Lanes) -> Lanes {
  let smallest = Lanes(repeating: .leastNormalMagnitude)
  let bits = unsafeBitCast(
    x.replacing(with: smallest, where: x .< smallest), to: SIMD16<Int32>.self)
  // Subtracting the bits of 1/√2 makes the exponent count from there.
  let shifted = bits &- 0x3F35_04F3
  let exponent = shifted &>> 23
  let f = unsafeBitCast(bits &- (exponent &<< 23), to: Lanes.self) - 1
  let n = Lanes(exponent)
  // (ln(1 + f) − f + f²/2) / f³, fitted at Chebyshev nodes; error 4e-8.
  var p = f * -0.08101558685302734 + 0.12712307274341583
  p = p * f - 0.12972238659858704
  p = p * f + 0.14202173054218292
  p = p * f - 0.16642247140407562
  p = p * f + 0.20001468062400818
  p = p * f - 0.25000298023223877
  p = p * f + 0.333333283662796
  let square = f * f
  return n * 0.693359375 + (f - 0.5 * square + square * f * p - n * 2.12194440e-4)
}

/// √x to 1e-7 for x >= 0, by Newton's method for 1/√x from a guess that halves the exponent: Swift
/// takes the square roots of a vector one by one. 0 stays 0, and so does what is below 1e-37.
@inline(__always)
func squareRoot(_ x: Lanes) -> Lanes {
  let bits = unsafeBitCast(x, to: SIMD16<UInt32>.self)
  var y = unsafeBitCast(0x5F37_59DF &- (bits &>> 1), to: Lanes.self)
  let half = 0.5 * x
  y = y * (1.5 - half * y * y)
  y = y * (1.5 - half * y * y)
  y = y * (1.5 - half * y * y)
  let root = x * y
  // The last step is one for the root itself, which takes the rounding of y out of it.
  let better = root + 0.5 * y * (x - root * root)
  return better.replacing(with: 0, where: x .< 1e-37)
}
