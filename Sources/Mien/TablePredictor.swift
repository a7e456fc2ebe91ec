public import Datasets
internal import Foundation
internal import TensorCore

/// Says what rows of a table are.
public struct TablePredictor: Sendable {
  /// The networks that are asked.
  public let ensemble: Ensemble
  /// The names of the columns that they take, in order.
  public let columns: [String]

  /// The classes in the order of the probabilities.
  public var classes: [String] { ensemble.classes }

  /// Checks that the networks go together and are asked about rows with names.
  ///
  /// Throws `RunError.unsuited`, and `ModelError` as `Ensemble`.
  public init(_ checkpoints: [Checkpoint]) throws {
    ensemble = try Ensemble(checkpoints)
    guard let columns = checkpoints[0].input.columns else {
      throw RunError.unsuited(
        checkpoint: checkpoints[0].weights.path,
        problem:
          "it takes \(checkpoints[0].input.kind) of shape \(checkpoints[0].input.shape), expected a "
          + "network of a table whose columns have names",
        remedy: "name a network that was trained on a table")
    }
    for checkpoint in checkpoints where checkpoint.input.columns != columns {
      throw RunError.unsuited(
        checkpoint: checkpoint.weights.path,
        problem: "it takes other columns than \(checkpoints[0].weights.path)",
        remedy: "an ensemble is asked about the same rows, name networks of one table")
    }
    self.columns = columns
  }

  /// The probabilities of each row by class; nil of one that cannot be read.
  public func probabilities(of table: TableRows) -> [[Float]?] {
    let good = table.rows.compactMap { try? $0.values.get() }
    guard !good.isEmpty else { return table.rows.map { _ in nil } }
    let levels = Tensor([good.count, columns.count], good.flatMap(\.self))
    var answers = ensemble.probabilities(ofLevels: levels).elements[...]
    return table.rows.map { row in
      guard case .success = row.values else { return nil }
      defer { answers = answers.dropFirst(classes.count) }
      return Array(answers.prefix(classes.count))
    }
  }
}
