public import NeuralNetwork
public import TensorCore

/// Adam with weight decay of its own (Loshchilov and Hutter, ICLR 2019,
/// DOI 10.48550/arXiv.1711.05101): weights shrink by learning rate times decay, whatever their
/// gradients are. The formula stands at `adamStep`.
public struct AdamW: Optimiser {
  private var moments: AdaptiveMoments

  /// The rule with every moment zero.
  public init(
    beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float,
    rules: ParameterRules = .init(), for model: Sequential
  ) {
    moments = AdaptiveMoments(
      beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay, isDecoupled: true,
      rules: rules, for: model)
  }

  /// Moves every parameter once; a scheduled momentum takes the place of β₁.
  public mutating func update(
    _ model: inout Sequential, gradients: [Tensor], step: OptimiserStep
  ) {
    moments.update(&model, gradients: gradients, step: step)
  }

  /// Visits `steps`, `PATH.mean` and `PATH.square`.
  public mutating func forEachState(_ body: (String, inout Tensor) throws -> Void) rethrows {
    try moments.forEachState(body)
  }
}
