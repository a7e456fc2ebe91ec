internal import Kernels
public import NeuralNetwork
public import TensorCore

/// Adam (Kingma and Ba, ICLR 2015, DOI 10.48550/arXiv.1412.6980): each weight's step is measured by
/// the size that its gradients have had. Weight decay is added to the gradient, and so is measured
/// likewise; or it is decoupled from it, which is AdamW (Loshchilov and Hutter, ICLR 2019,
/// DOI 10.48550/arXiv.1711.05101): weights shrink by learning rate times decay, whatever their
/// gradients are. The formula stands at `adamStep`.
public struct Adam: Optimiser {
  private let beta1, beta2, epsilon, weightDecay: Double
  private let isDecoupled: Bool
  private var memory: ParameterMemory
  /// [1]: the steps taken, exact to 2²⁴; by then the corrections that need them are 1.
  private var steps = Tensor([1])

  /// The rule with every moment zero.
  public init(
    beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float,
    isDecoupled: Bool = false, rules: ParameterRules = .init(), for model: Sequential
  ) {
    // The bias of the second moment, 1 − β₂, is a thousandth: Float's 0.999 would be off by 1e-5 of it.
    (self.beta1, self.beta2, self.epsilon) = (shortest(beta1), shortest(beta2), shortest(epsilon))
    (self.weightDecay, self.isDecoupled) = (shortest(weightDecay), isDecoupled)
    memory = ParameterMemory(["mean", "square"], rules: rules, for: model)
  }

  /// Moves every parameter once; a scheduled momentum takes the place of β₁.
  public mutating func update(
    _ model: inout Sequential, gradients: [Tensor], step: OptimiserStep
  ) {
    steps[0] += 1
    let count = Int(steps[0])
    let beta1 = step.momentum ?? beta1
    memory.update(&model, gradients: gradients) { rule, size, gradient, weight, memory in
      let coefficients = AdamCoefficients(
        step: count, learningRate: step.learningRate * Double(rule.rate), beta1: beta1,
        beta2: beta2, epsilon: epsilon, weightDecay: weightDecay * Double(rule.decay),
        isDecoupled: isDecoupled)
      // The tensors outlive the step; both are wanted at once, and an array lends one at a time.
      let mean = memory[0].write { $0 }
      let square = memory[1].write { $0 }
      adamStep(
        count: size, coefficients, gradientScale: step.gradientScale, gradient: gradient,
        weight: weight, mean: mean, square: square)
    }
  }

  /// Visits `steps`, `PATH.mean` and `PATH.square`.
  public mutating func forEachState(_ body: (String, inout Tensor) throws -> Void) rethrows {
    try body("steps", &steps)
    try memory.forEachState(body)
  }
}
