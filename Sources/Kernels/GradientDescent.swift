/// How many weights one thread updates at a time.
let updateGrain = 1 << 16

/// One step of stochastic gradient descent with momentum, in place (Sutskever et al., ICML 2013,
/// https://proceedings.mlr.press/v28/sutskever13.html, in the form PyTorch uses).
///
///     g ← gradientScale · gradient + weightDecay · weight
///     velocity ← momentum · velocity + g
///     weight ← weight − learningRate · (nesterov ? g + momentum · velocity : velocity)
///
/// - Parameters:
///   - count: the number of weights.
///   - gradientScale: 1, or what clipping leaves of the gradient.
///   - gradient: [count].
///   - weight: [count], updated.
///   - velocity: [count], updated; zero before the first step.
public func gradientDescentStep(
  count: Int, learningRate: Float, momentum: Float, nesterov: Bool, weightDecay: Float,
  gradientScale: Float = 1, gradient: UnsafePointer<Float>,
  weight: UnsafeMutablePointer<Float>, velocity: UnsafeMutablePointer<Float>
) {
  parallelFor(count, grain: updateGrain) { range in
    forEachLanes(range.count) { first, count in
      let i = range.lowerBound + first
      let w = weight.lanes(i, count: count)
      let g = gradientScale * gradient.lanes(i, count: count) + weightDecay * w
      let v = momentum * velocity.lanes(i, count: count) + g
      velocity.setLanes(i, v, count: count)
      weight.setLanes(i, w - learningRate * (nesterov ? g + momentum * v : v), count: count)
    }
  }
}
