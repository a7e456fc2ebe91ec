/// Takes the share of a spectrum that belongs to one of two parts: z · a² / (a² + b²), half of it
/// where there is neither.
///
/// - Parameters:
///   - bins: complex numbers in each of sixteen lanes.
///   - a: [bins, 16], how much of the part there is, at least 0.
///   - b: [bins, 16], how much of the other.
///   - z: [bins, 2, 16].
///   - masked: [bins, 2, 16], overwritten.
public func softMask(
  bins: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ z: UnsafePointer<Float>,
  _ masked: UnsafeMutablePointer<Float>
) {
  for k in 0..<bins {
    let (p, q) = (a.lanes(16 * k), b.lanes(16 * k))
    // Squares of what is smaller would be lost; it is silence on any scale.
    let sum = p + q
    let tiny = sum .< 1e-18
    let (pp, qq) = (p * p, q * q)
    let share = (pp / (pp + qq).replacing(with: 1, where: tiny)).replacing(with: 0.5, where: tiny)
    masked.setLanes(32 * k, share * z.lanes(32 * k))
    masked.setLanes(32 * k + 16, share * z.lanes(32 * k + 16))
  }
}

/// |z| in sixteen lanes.
///
/// - Parameters:
///   - z: [bins, 2, 16].
///   - magnitudes: [bins, 16], overwritten.
public func magnitudes(
  bins: Int, _ z: UnsafePointer<Float>, _ magnitudes: UnsafeMutablePointer<Float>
) {
  for k in 0..<bins {
    let (real, imaginary) = (z.lanes(32 * k), z.lanes(32 * k + 16))
    magnitudes.setLanes(16 * k, squareRoot(real * real + imaginary * imaginary))
  }
}

/// |z|² in sixteen lanes.
///
/// - Parameters:
///   - z: [bins, 2, 16].
///   - powers: [bins, 16], overwritten.
public func powers(
  bins: Int, _ z: UnsafePointer<Float>, _ powers: UnsafeMutablePointer<Float>
) {
  for k in 0..<bins {
    let (real, imaginary) = (z.lanes(32 * k), z.lanes(32 * k + 16))
    powers.setLanes(16 * k, real * real + imaginary * imaginary)
  }
}
