public import Evaluation
public import NeuralNetwork
public import TensorCore

/// The logits [N, K] of a network for every example of a source, in order.
///
/// - Parameters:
///   - model: the network.
///   - source: the examples, as they are.
///   - batchSize: examples at a time; it bounds the memory and does not change the numbers by
///     more than rounding.
///   - progress: called with the examples done so far.
public func logits(
  of model: Sequential, on source: any BatchSource, batchSize: Int = 128,
  progress: (Int) throws -> Void = { _ in }
) throws -> Tensor {
  let classes = source.classes.count
  let plan = try InferencePlan(model, input: source.exampleShape)
  var result = Tensor([source.count, classes])
  for start in stride(from: 0, to: source.count, by: batchSize) {
    let indices = Array(start..<min(start + batchSize, source.count))
    let output = plan.predict(try source.batch(indices).inputs)
    precondition(output.shape == [indices.count, classes], "logits \(output.shape)")
    result.write { result in
      output.read { (result + start * classes).update(from: $0, count: output.count) }
    }
    try progress(start + indices.count)
  }
  return result
}

/// What a network is worth on a source.
public struct Judgement: Sendable {
  /// The mean cross-entropy.
  public let loss: Double
  /// Softmax of the logits, [N, K].
  public let probabilities: Tensor
  /// The measures of the probabilities.
  public let metrics: ClassificationMetrics

  /// Measures logits [N, K] against the truth. Throws where they are not finite.
  public init(logits: Tensor, labels: [Int], classes: [String]) throws {
    loss = CrossEntropy().evaluate(logits, labels: labels).loss
    probabilities = logits.softmax()
    metrics = try ClassificationMetrics(
      probabilities: probabilities, labels: labels, classes: classes)
  }
}
