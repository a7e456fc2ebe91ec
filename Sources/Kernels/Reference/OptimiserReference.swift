extension Reference {
  /// One step of `gradientDescentStep`: the new weights and velocities.
  public static func gradientDescentStep<T: BinaryFloatingPoint>(
    learningRate: T, momentum: T, nesterov: Bool, weightDecay: T, gradientScale: T = 1,
    gradient: [T], weight: [T], velocity: [T]
  ) -> (weight: [T], velocity: [T]) {
    var (weight, velocity) = (weight, velocity)
    for i in weight.indices {
      let g = gradientScale * gradient[i] + weightDecay * weight[i]
      velocity[i] = momentum * velocity[i] + g
      weight[i] -= learningRate * (nesterov ? g + momentum * velocity[i] : velocity[i])
    }
    return (weight, velocity)
  }

  /// One step of `adamStep`, t counted from 1: the new weights and moments.
  public static func adamStep<T: BinaryFloatingPoint>(
    step: Int, learningRate: T, beta1: T, beta2: T, epsilon: T, weightDecay: T, isDecoupled: Bool,
    gradientScale: T = 1, gradient: [T], weight: [T], mean: [T], square: [T]
  ) -> (weight: [T], mean: [T], square: [T]) {
    var (weight, mean, square) = (weight, mean, square)
    let power1 = (0..<step).reduce(T(1)) { power, _ in power * beta1 }
    let power2 = (0..<step).reduce(T(1)) { power, _ in power * beta2 }
    for i in weight.indices {
      var g = gradientScale * gradient[i]
      if isDecoupled {
        weight[i] -= learningRate * weightDecay * weight[i]
      } else {
        g += weightDecay * weight[i]
      }
      mean[i] = beta1 * mean[i] + (1 - beta1) * g
      square[i] = beta2 * square[i] + (1 - beta2) * g * g
      weight[i] -=
        learningRate * (mean[i] / (1 - power1))
        / ((square[i] / (1 - power2)).squareRoot() + epsilon)
    }
    return (weight, mean, square)
  }
}
