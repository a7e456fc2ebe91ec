/// How many weights one thread updates at a time.
private let updateGrain = 1 << 16

/// One step of stochastic gradient descent with momentum, in place (Sutskever et al., ICML 2013,
/// https://proceedings.mlr.press/v28/sutskever13.html, in the form PyTorch uses).
///
///     g ← gradient + weightDecay · weight
///     velocity ← momentum · velocity + g
///     weight ← weight − learningRate · (nesterov ? g + momentum · velocity : velocity)
///
/// - Parameters:
///   - count: the number of weights.
///   - gradient: [count].
///   - weight: [count], updated.
///   - velocity: [count], updated; zero before the first step.
public func gradientDescentStep(
  count: Int, learningRate: Float, momentum: Float, nesterov: Bool, weightDecay: Float,
  gradient: UnsafePointer<Float>,
  weight: UnsafeMutablePointer<Float>, velocity: UnsafeMutablePointer<Float>
) {
  parallelFor(count, grain: updateGrain) { range in
    for i in range {
      let g = gradient[i] + weightDecay * weight[i]
      let v = momentum * velocity[i] + g
      velocity[i] = v
      weight[i] -= learningRate * (nesterov ? g + momentum * v : v)
    }
  }
}
