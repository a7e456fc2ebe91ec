internal import Foundation

/// The discrete Fourier transform as it is written: X[k] = Σ_j x[j] exp(−2πi jk / n).
public func fourierReference(_ x: [Double]) -> (real: [Double], imaginary: [Double]) {
  let n = x.count
  func sum(_ wave: (Double) -> Double, _ k: Int) -> Double {
    // The product of the indices modulo n keeps the angle small and exact.
    x.indices.reduce(0) { $0 + x[$1] * wave(2 * Double.pi * Double($1 * k % n) / Double(n)) }
  }
  return ((0...n / 2).map { sum(cos, $0) }, (0...n / 2).map { -sum(sin, $0) })
}
