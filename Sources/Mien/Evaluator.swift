internal import Datasets
public import Evaluation
public import Foundation
internal import NeuralNetwork
public import TensorCore

/// Measures checkpoints on a split of prepared data; several are an ensemble whose probabilities
/// are averaged.
public struct Evaluator: Sendable {
  /// The rows of the split in the data set's own numbering.
  public let rows: [Int]
  /// Their source rows: what the file they came from calls them.
  public let sourceRows: [Int]
  /// The class of each row.
  public let labels: [Int]
  /// The class names.
  public let classes: [String]

  let dataset: PreparedDataset
  /// Its folder.
  let data: URL
  private let checkpoints: [Checkpoint]
  /// The networks prepared for answering, in the checkpoints' order.
  private let plans: [InferencePlan]

  /// Checks that checkpoints and data go together. Throws `RunError.mismatch` and `.badSplit`.
  public init(_ checkpoints: [Checkpoint], data: URL, split: String) throws {
    let dataset = try PreparedDataset(at: data)
    try dataset.verify()
    try self.init(
      checkpoints, dataset, at: data,
      rows: try dataset.rows(ofSplit: split, at: data.path, for: "judge on"))
  }

  /// The same for any rows of data that are open and verified. Throws `RunError.mismatch`.
  init(_ checkpoints: [Checkpoint], _ dataset: PreparedDataset, at data: URL, rows: [Int]) throws {
    precondition(!checkpoints.isEmpty, "no checkpoint to evaluate")
    let manifest = dataset.manifest
    for checkpoint in checkpoints {
      func expect(_ isGood: Bool, _ problem: String) throws {
        guard isGood else {
          throw RunError.mismatch(
            checkpoint: checkpoint.weights.path, data: data.path, problem: problem)
        }
      }
      try expect(
        checkpoint.classes == manifest.classes,
        "it knows \(checkpoint.classes.count) classes (\(checkpoint.classes.joined(separator: ", "))), "
          + "the data have \(manifest.classes.count) (\(manifest.classes.joined(separator: ", ")))")
      try expect(
        checkpoint.input.kind == manifest.kind && checkpoint.input.shape == manifest.shape,
        "it takes inputs of kind \(checkpoint.input.kind) and shape \(checkpoint.input.shape), "
          + "the data are \(manifest.kind) of shape \(manifest.shape)")
    }
    self.checkpoints = checkpoints
    plans = try checkpoints.map { try InferencePlan($0.model, input: $0.input.shape) }
    self.dataset = dataset
    self.data = data
    self.rows = rows
    classes = manifest.classes
    sourceRows = rows.map { dataset.sourceRow($0) }
    labels = rows.map { dataset.label($0) }
  }

  /// The class probabilities [N, K] of every row, averaged over views and checkpoints.
  ///
  /// - Parameter progress: called with the share that is done, in 0...1.
  public func probabilities(
    views: TestTimeAugmentation = .none, batchSize: Int = 128,
    progress: (Double) throws -> Void = { _ in }
  ) throws -> Tensor {
    var sum = Tensor([rows.count, classes.count])
    var parts = 0
    for (index, checkpoint) in checkpoints.enumerated() {
      let source = dataset.source(
        rows: rows, normalisation: checkpoint.input.normalisation,
        preprocessing: checkpoint.input.preprocessing)
      for start in stride(from: 0, to: rows.count, by: batchSize) {
        let range = start..<min(start + batchSize, rows.count)
        let batch = source.batch(Array(range)).inputs
        let views = views.views(of: batch)
        parts = views.count * checkpoints.count
        for view in views {
          let part = plans[index].predict(view).softmax()
          sum.write { sum in
            part.read { part in
              for i in 0..<range.count * classes.count {
                sum[start * classes.count + i] += part[i]
              }
            }
          }
        }
        try progress(
          (Double(index) + Double(range.upperBound) / Double(rows.count))
            / Double(checkpoints.count))
      }
    }
    sum.write { sum in
      for i in 0..<rows.count * classes.count { sum[i] /= Float(parts) }
    }
    return sum
  }

  /// The measures of `probabilities` against the truth.
  public func metrics(_ probabilities: Tensor) throws -> ClassificationMetrics {
    try ClassificationMetrics(probabilities: probabilities, labels: labels, classes: classes)
  }
}
