public import NeuralNetwork
public import TensorCore

/// A rule that moves weights against their gradient.
///
/// Its memory (SGD's velocity, say) is kept by the parameter's path, so that it can be saved with
/// the run and found again.
public protocol Optimiser: Sendable {
  /// Moves every parameter of `model` once, but for those that its `ParameterRules` freeze.
  ///
  /// - Parameters:
  ///   - model: what is trained.
  ///   - gradients: one a parameter, in the order of `forEachParameter`.
  ///   - step: what holds for this step.
  mutating func update(_ model: inout Sequential, gradients: [Tensor], step: OptimiserStep)

  /// Visits the memory by name, in an order that depends on the model alone.
  mutating func forEachState(_ body: (String, inout Tensor) throws -> Void) rethrows
}

/// What an optimiser is told of one step.
public struct OptimiserStep: Hashable, Sendable {
  /// The learning rate.
  public var learningRate: Double
  /// In place of SGD's momentum or Adam's β₁, where a schedule moves it.
  public var momentum: Double?
  /// What the gradients are to be multiplied by: 1, or what clipping leaves of them.
  public var gradientScale: Float

  /// A step of an unscheduled momentum.
  public init(learningRate: Double, momentum: Double? = nil, gradientScale: Float = 1) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.gradientScale = gradientScale
  }
}

extension Optimiser {
  /// A step of which only the learning rate is to be said.
  public mutating func update(
    _ model: inout Sequential, gradients: [Tensor], learningRate: Float
  ) {
    update(&model, gradients: gradients, step: OptimiserStep(learningRate: Double(learningRate)))
  }
}
