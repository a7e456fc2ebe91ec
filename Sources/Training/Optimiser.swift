public import NeuralNetwork
public import TensorCore

/// A rule that moves weights against their gradient.
///
/// Its memory (SGD's velocity, say) is kept by the parameter's path, so that it can be saved with
/// the run and found again.
public protocol Optimiser: Sendable {
  /// Moves every parameter of `model` once.
  ///
  /// - Parameters:
  ///   - gradients: one a parameter, in the order of `forEachParameter`.
  ///   - learningRate: this step's.
  mutating func update(_ model: inout Sequential, gradients: [Tensor], learningRate: Float)

  /// Visits the memory by name, in an order that depends on the model alone.
  mutating func forEachState(_ body: (String, inout Tensor) throws -> Void) rethrows
}

/// What a configuration says of the optimiser.
public struct OptimiserConfiguration: Codable, Hashable, Sendable {
  /// The rules there are.
  public enum Name: String, Codable, CaseIterable, Sendable {
    /// Stochastic gradient descent with momentum.
    case sgd
  }

  /// The rule.
  public var name = Name.sgd
  /// The learning rate that the schedule scales.
  public var learningRate: Float = 0.01
  /// How much of the last step's velocity is kept, in 0..<1.
  public var momentum: Float = 0.9
  /// Whether the gradient is looked at one velocity ahead.
  public var nesterov = true
  /// The pull of every weight towards zero, per unit of learning rate.
  public var weightDecay: Float = 5e-4

  enum CodingKeys: String, CodingKey {
    case name, momentum, nesterov
    case learningRate = "learning_rate"
    case weightDecay = "weight_decay"
  }

  /// The defaults.
  public init() {}

  /// The rule, with an empty memory for `model`. Throws `TrainingError.badSetting`.
  public func make(for model: Sequential) throws -> any Optimiser {
    try expect(learningRate > 0 && learningRate.isFinite, "learning_rate", learningRate, "above 0")
    try expect((0..<1).contains(momentum), "momentum", momentum, "at least 0 and below 1")
    try expect(
      weightDecay >= 0 && weightDecay.isFinite, "weight_decay", weightDecay, "at least 0")
    switch name {
    case .sgd:
      return SGD(
        momentum: momentum, nesterov: nesterov, weightDecay: weightDecay, for: model)
    }
  }

  private func expect(_ isGood: Bool, _ key: String, _ value: Float, _ range: String) throws {
    guard isGood else {
      throw TrainingError.badSetting(
        key: "optimiser.\(key)", found: "\(value)", expected: "a number \(range)")
    }
  }
}
