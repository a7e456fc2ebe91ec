internal import Datasets
internal import Foundation
public import Kernels
internal import NeuralNetwork
public import TensorCore

/// Trained networks that answer together: the mean of their probabilities. One network is an
/// ensemble of one.
///
/// The members may be of any size, and each prepares its inputs and divides its logits by its own
/// temperature; what they have in common is what an example is and what the classes are. Asking
/// changes nothing, so one ensemble serves several threads at once, and what it says of an example
/// does not depend on those beside it.
public struct Ensemble: Sendable {
  /// The networks that are asked.
  public let checkpoints: [Checkpoint]
  /// The classes in the order of the probabilities.
  public let classes: [String]
  /// The shape of an example, such as [48, 48, 1].
  public let shape: Shape

  /// The networks prepared for answering, in the checkpoints' order.
  private let plans: [InferencePlan]

  /// Checks that the checkpoints go together. Throws `RunError.unsuited` where classes or inputs
  /// differ, and `ModelError` for a network that does not take the inputs it names.
  ///
  /// - Parameters:
  ///   - checkpoints: the networks.
  ///   - precision: the numbers that the networks multiply.
  public init(_ checkpoints: [Checkpoint], precision: InferencePrecision = .float32) throws {
    guard let first = checkpoints.first else {
      preconditionFailure("an ensemble of no checkpoint")
    }
    for checkpoint in checkpoints.dropFirst() {
      func expect(_ isGood: Bool, _ problem: String) throws {
        guard isGood else {
          throw RunError.unsuited(
            checkpoint: checkpoint.weights.path, problem: problem,
            remedy: "an ensemble needs networks for the same task")
        }
      }
      try expect(
        checkpoint.classes == first.classes,
        "its classes are \(someNames(checkpoint.classes)), "
          + "those of \(first.weights.path) are \(someNames(first.classes))")
      try expect(
        checkpoint.input.kind == first.input.kind && checkpoint.input.shape == first.input.shape,
        "it takes inputs of kind \(checkpoint.input.kind) and shape \(checkpoint.input.shape), "
          + "\(first.weights.path) those of kind \(first.input.kind) and shape "
          + "\(first.input.shape)")
    }
    self.checkpoints = checkpoints
    (classes, shape) = (first.classes, first.input.shape)
    plans = try checkpoints.map {
      try InferencePlan($0.model, input: $0.input.shape, precision: precision)
    }
  }

  /// The class probabilities [N, K] of examples as they are in a file, averaged over members and
  /// views.
  ///
  /// - Parameters:
  ///   - levels: [N, H, W, C], grey levels from 0 (black) to 255 (white).
  ///   - views: what each member sees of an example, after its own preparation.
  public func probabilities(
    ofLevels levels: Tensor, views: TestTimeAugmentation = .none
  ) -> Tensor {
    let count = levels.shape[0] * classes.count
    var (sum, parts) = (Tensor([levels.shape[0], classes.count]), 0)
    for index in checkpoints.indices {
      views.forEachView(of: inputs(ofLevels: levels, member: index)) { view in
        let part = plans[index].predict(view).softmax(
          temperature: checkpoints[index].temperature ?? 1)
        sum.write { sum in part.read { part in for i in 0..<count { sum[i] += part[i] } } }
        parts += 1
      }
    }
    if parts > 1 { sum.write { sum in for i in 0..<count { sum[i] /= Float(parts) } } }
    return sum
  }

  /// A member's logits [N, K], before its temperature.
  func logits(ofLevels levels: Tensor, member index: Int) -> Tensor {
    plans[index].predict(inputs(ofLevels: levels, member: index))
  }

  /// The mean over the members of softmax(logits / temperature), [N, K], without their own
  /// temperatures.
  ///
  /// - Parameter inputs: [N, …], normalised for another network.
  func softened(
    _ inputs: Tensor, normalisedBy other: Normalisation, temperature: Double
  ) -> Tensor {
    let count = inputs.shape[0] * classes.count
    var sum = Tensor([inputs.shape[0], classes.count])
    for (checkpoint, plan) in zip(checkpoints, plans) {
      let own = checkpoint.input.normalisation
      let seen =
        own == other
        ? inputs : own.normalise(Tensor(inputs.shape, other.levels(of: inputs)))
      let part = plan.predict(seen).softmax(temperature: temperature)
      sum.write { sum in part.read { part in for i in 0..<count { sum[i] += part[i] } } }
    }
    if checkpoints.count > 1 {
      sum.write { sum in for i in 0..<count { sum[i] /= Float(checkpoints.count) } }
    }
    return sum
  }

  private func inputs(ofLevels levels: Tensor, member index: Int) -> Tensor {
    precondition(
      levels.shape == shape.prepending(levels.shape[0]), "levels \(levels.shape), not Nx\(shape)")
    return checkpoints[index].input.inputs(ofLevels: levels)
  }
}

extension Tensor {
  /// softmax(z / temperature) of logits [N, K]; above 1 the probabilities are closer together.
  func softmax(temperature: Double) -> Tensor {
    precondition(temperature > 0, "a temperature of \(temperature)")
    if temperature == 1 { return softmax() }
    var divided = self
    let count = count
    divided.write { z in for i in 0..<count { z[i] = Float(Double(z[i]) / temperature) } }
    return divided.softmax()
  }
}
