// Each activation maps the elements one by one, so a shape is only their number, `count`. Forward
// and backward overwrite their last argument, which may be the memory of an input. Backward takes
// what forward's layer keeps: the output y where the derivative can be told from it, else the
// input x. NaN passes through all of them.

/// y = max(x, 0).
public func reluForward(
  count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
) {
  parallelFor(count, grain: elementGrain) { range in
    mapElements(range, x, y) { $0.replacing(with: 0, where: $0 .< 0) }
  }
}

/// dx = dy where y > 0, else 0.
public func reluBackward(
  count: Int, _ y: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
  dx: UnsafeMutablePointer<Float>
) {
  parallelFor(count, grain: elementGrain) { range in
    mapElements(range, y, dy, dx) { y, dy in dy.replacing(with: 0, where: y .<= 0) }
  }
}

/// y = x where x > 0, else slope · x.
public func leakyReLUForward(
  count: Int, slope: Float, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
) {
  parallelFor(count, grain: elementGrain) { range in
    mapElements(range, x, y) { x in x.replacing(with: x * slope, where: x .< 0) }
  }
}

/// dx = dy where y > 0, else slope · dy. For slope >= 0, y has the sign of x or is 0.
public func leakyReLUBackward(
  count: Int, slope: Float, _ y: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
  dx: UnsafeMutablePointer<Float>
) {
  parallelFor(count, grain: elementGrain) { range in
    mapElements(range, y, dy, dx) { y, dy in dy.replacing(with: dy * slope, where: y .<= 0) }
  }
}

/// y = x Φ(x) = x (1 + erf(x / √2)) / 2, the exact form (Hendrycks and Gimpel 2016,
/// DOI 10.48550/arXiv.1606.08415).
public func geluForward(
  count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
) {
  parallelFor(count, grain: elementGrain) { range in
    mapElements(range, x, y) { x in x * normalCumulative(x) }
  }
}

/// dx = dy (Φ(x) + x φ(x)), with φ the standard normal density.
public func geluBackward(
  count: Int, _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
  dx: UnsafeMutablePointer<Float>
) {
  parallelFor(count, grain: elementGrain) { range in
    mapElements(range, x, dy, dx) { x, dy in
      dy * (normalCumulative(x) + x * (exponential(x * x * -0.5) * 0.3989422804))
    }
  }
}

/// Φ(x) of the standard normal distribution.
@inline(__always)
private func normalCumulative(_ x: Lanes) -> Lanes {
  errorFunction(x * 0.7071067812) * 0.5 + 0.5
}

/// y = tanh x.
public func tanhForward(
  count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
) {
  parallelFor(count, grain: elementGrain) { range in
    mapElements(range, x, y) { hyperbolicTangent($0) }
  }
}

/// dx = dy (1 - y²).
public func tanhBackward(
  count: Int, _ y: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
  dx: UnsafeMutablePointer<Float>
) {
  parallelFor(count, grain: elementGrain) { range in
    mapElements(range, y, dy, dx) { y, dy in dy * (1 - y * y) }
  }
}

/// y = 1 / (1 + e⁻ˣ).
public func sigmoidForward(
  count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
) {
  parallelFor(count, grain: elementGrain) { range in
    mapElements(range, x, y) { 1 / (exponential(-$0) + 1) }
  }
}

/// dx = dy y (1 - y).
public func sigmoidBackward(
  count: Int, _ y: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
  dx: UnsafeMutablePointer<Float>
) {
  parallelFor(count, grain: elementGrain) { range in
    mapElements(range, y, dy, dx) { y, dy in dy * y * (1 - y) }
  }
}

/// z = x + y.
public func add(
  count: Int, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>,
  _ z: UnsafeMutablePointer<Float>
) {
  parallelFor(count, grain: elementGrain) { range in
    mapElements(range, x, y, z) { $0 + $1 }
  }
}
