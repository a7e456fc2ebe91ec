internal import Foundation

/// The numbers of one step of Adam or AdamW, the same for all weights of a parameter.
public struct AdamCoefficients: Sendable {
  /// The share of the old second moment that is kept.
  let beta2: Float
  /// The shares of the new in both moments.
  let newMean, newSquare: Float
  /// Added to the denominator.
  let epsilon: Float
  /// The decay that is added to the gradient.
  let coupledDecay: Float
  /// What weights are multiplied by before the step.
  let shrink: Float
  /// The learning rate over the first moment's bias, 1 − β₁ᵗ.
  let stepSize: Float
  /// 1 / √(1 − β₂ᵗ).
  let rootScale: Float

  /// Works the corrections of the bias out in Double, as PyTorch does.
  ///
  /// - Parameters:
  ///   - step: t, from 1.
  ///   - isDecoupled: whether decay shrinks the weights (AdamW) or is added to the gradient (Adam).
  public init(
    step: Int, learningRate: Double, beta1: Double, beta2: Double, epsilon: Double,
    weightDecay: Double, isDecoupled: Bool
  ) {
    self.beta2 = Float(beta2)
    (newMean, newSquare) = (Float(1 - beta1), Float(1 - beta2))
    self.epsilon = Float(epsilon)
    coupledDecay = isDecoupled ? 0 : Float(weightDecay)
    shrink = isDecoupled ? Float(1 - learningRate * weightDecay) : 1
    stepSize = Float(learningRate / (1 - pow(beta1, Double(step))))
    rootScale = Float(1 / (1 - pow(beta2, Double(step))).squareRoot())
  }
}

/// One step of Adam (Kingma and Ba, ICLR 2015, DOI 10.48550/arXiv.1412.6980) or AdamW (Loshchilov
/// and Hutter, ICLR 2019, DOI 10.48550/arXiv.1711.05101), in place.
///
///     g ← gradientScale · gradient [+ weightDecay · weight]
///     mean ← mean + (1 − β₁) (g − mean)
///     square ← β₂ · square + (1 − β₂) g²
///     weight ← [(1 − learningRate · weightDecay)] weight
///              − learningRate / (1 − β₁ᵗ) · mean / (√(square / (1 − β₂ᵗ)) + ε)
///
/// The first bracket is Adam's, the second AdamW's.
///
/// - Parameters:
///   - count: the number of weights.
///   - gradientScale: 1, or what clipping leaves of the gradient.
///   - gradient: [count].
///   - weight: [count], updated.
///   - mean: [count], the first moment, updated; zero before the first step.
///   - square: [count], the second moment, updated; zero before the first step.
public func adamStep(
  count: Int, _ coefficients: AdamCoefficients, gradientScale: Float = 1,
  gradient: UnsafePointer<Float>, weight: UnsafeMutablePointer<Float>,
  mean: UnsafeMutablePointer<Float>, square: UnsafeMutablePointer<Float>
) {
  let c = coefficients
  parallelFor(count, grain: updateGrain) { range in
    forEachLanes(range.count) { first, count in
      let i = range.lowerBound + first
      let w = weight.lanes(i, count: count)
      let g = gradientScale * gradient.lanes(i, count: count) + c.coupledDecay * w
      var m = mean.lanes(i, count: count)
      m += c.newMean * (g - m)
      let s = c.beta2 * square.lanes(i, count: count) + c.newSquare * (g * g)
      mean.setLanes(i, m, count: count)
      square.setLanes(i, s, count: count)
      let denominator = s.squareRoot() * c.rootScale + c.epsilon
      weight.setLanes(i, c.shrink * w - c.stepSize * (m / denominator), count: count)
    }
  }
}
