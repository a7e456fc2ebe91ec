internal import Kernels
public import NeuralNetwork
public import TensorCore

/// Stochastic gradient descent with momentum, Nesterov's look ahead and weight decay; the formula
/// stands at `gradientDescentStep`.
public struct SGD: Optimiser {
  private let momentum: Float
  private let nesterov: Bool
  private let weightDecay: Float
  /// One velocity a parameter, in the order of `forEachParameter`.
  private var velocities: [(path: String, velocity: Tensor)] = []

  /// The rule with every velocity zero.
  public init(momentum: Float, nesterov: Bool, weightDecay: Float, for model: Sequential) {
    self.momentum = momentum
    self.nesterov = nesterov
    self.weightDecay = weightDecay
    var model = model
    model.forEachParameter { velocities.append(($0, Tensor($1.shape))) }
  }

  /// Moves every parameter once.
  public mutating func update(
    _ model: inout Sequential, gradients: [Tensor], learningRate: Float
  ) {
    precondition(
      gradients.count == velocities.count,
      "\(gradients.count) gradients for \(velocities.count) parameters")
    var index = 0
    model.forEachParameter { path, weight in
      precondition(
        weight.shape == gradients[index].shape,
        "\(path): \(weight.shape), its gradient \(gradients[index].shape)")
      let count = weight.count
      gradients[index].read { gradient in
        weight.write { weight in
          velocities[index].velocity.write { velocity in
            gradientDescentStep(
              count: count, learningRate: learningRate, momentum: momentum, nesterov: nesterov,
              weightDecay: weightDecay, gradient: gradient, weight: weight, velocity: velocity)
          }
        }
      }
      index += 1
    }
  }

  /// Visits `PATH.velocity`.
  public mutating func forEachState(
    _ body: (String, inout Tensor) throws -> Void
  ) rethrows {
    for index in velocities.indices {
      try body("\(velocities[index].path).velocity", &velocities[index].velocity)
    }
  }
}
