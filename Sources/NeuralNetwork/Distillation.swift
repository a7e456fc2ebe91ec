public import TensorCore

/// What a teacher says of a batch, and how much that weighs beside the truth: the loss becomes
///
///     (1 - w) CE(truth, softmax(z)) + w T² CE(softmax(teacher / T), softmax(z / T))
///
/// for logits z (Hinton, Vinyals and Dean 2015, arXiv 1503.02531).
public struct Distillation: Sendable {
  /// w: the share of the teacher, in 0...1.
  public let weight: Double
  /// T: above 1, small probabilities count for more. The teacher's must have been made with it.
  public let temperature: Double
  /// The teacher's probabilities at that temperature, [N, C]; of several teachers, their mean.
  public let teacher: Tensor

  /// What a teacher says. The weight is in 0...1, the temperature above 0.
  public init(weight: Double, temperature: Double, teacher: Tensor) {
    precondition((0...1).contains(weight) && temperature > 0, "\(weight) at \(temperature)")
    self.weight = weight
    self.temperature = temperature
    self.teacher = teacher
  }
}
