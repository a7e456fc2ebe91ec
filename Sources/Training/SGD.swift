internal import Kernels
public import NeuralNetwork
public import TensorCore

/// Stochastic gradient descent with momentum, Nesterov's look ahead and weight decay; the formula
/// stands at `gradientDescentStep`.
public struct SGD: Optimiser {
  private let momentum: Float
  private let nesterov: Bool
  private let weightDecay: Float
  private var memory: ParameterMemory

  /// The rule with every velocity zero.
  public init(
    momentum: Float, nesterov: Bool, weightDecay: Float, rules: ParameterRules = .init(),
    for model: Sequential
  ) {
    self.momentum = momentum
    self.nesterov = nesterov
    self.weightDecay = weightDecay
    memory = ParameterMemory(["velocity"], rules: rules, for: model)
  }

  /// Moves every parameter once; a scheduled momentum takes the place of the configured one.
  public mutating func update(
    _ model: inout Sequential, gradients: [Tensor], step: OptimiserStep
  ) {
    let momentum = step.momentum.map { Float($0) } ?? momentum
    memory.update(&model, gradients: gradients) { rule, count, gradient, weight, memory in
      memory[0].write {
        gradientDescentStep(
          count: count, learningRate: Float(step.learningRate) * rule.rate, momentum: momentum,
          nesterov: nesterov, weightDecay: weightDecay * rule.decay,
          gradientScale: step.gradientScale, gradient: gradient, weight: weight, velocity: $0)
      }
    }
  }

  /// Visits `PATH.velocity`.
  public mutating func forEachState(
    _ body: (String, inout Tensor) throws -> Void
  ) rethrows {
    try memory.forEachState(body)
  }
}
