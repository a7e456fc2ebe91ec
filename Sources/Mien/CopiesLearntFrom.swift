internal import Datasets
internal import Evaluation
internal import Foundation
internal import TensorCore

/// What rows are worth without those that look like one that was learnt from.
struct WithoutCopies {
  /// How many look like one.
  let copies: Int
  /// Of the others; nil where there are none.
  let metrics: ClassificationMetrics?
}

// Rows that are judged on though they look like rows that were learnt from.
extension Evaluator {
  /// What each checkpoint learnt from. Throws `RunError.mismatch` for one that learnt from other data.
  static func rowsLearnt(
    by checkpoints: [Checkpoint], _ dataset: PreparedDataset, at data: URL
  ) throws -> [TrainingRows] {
    try checkpoints.map { checkpoint in
      guard checkpoint.configuration.data.fingerprint == dataset.fingerprint else {
        throw RunError.mismatch(
          checkpoint: checkpoint.weights.path, data: data.path,
          problem: "it was trained on other prepared data, so which rows are copies of those it "
            + "learnt from is not known")
      }
      return try TrainingRows(dataset, checkpoint.configuration)
    }
  }

  /// Source rows that look like one that was learnt from. `quality` is read from the folder where it is
  /// not at hand.
  static func copies(
    of learnt: [TrainingRows], _ dataset: PreparedDataset, _ quality: QualityReport? = nil,
    at data: URL
  ) throws -> Set<Int> {
    let groups = try quality.map { CopyGroups($0) } ?? CopyGroups(inFolder: data)
    return learnt.reduce(into: []) { copies, rows in
      copies.formUnion(groups.copies(of: Set(rows.training.map { dataset.sourceRow($0) })))
    }
  }

  /// Whether `mien prepare` has looked for copies.
  var hasQualityReport: Bool {
    FileManager.default.fileExists(atPath: data.appendingPathComponent(QualityReport.fileName).path)
  }

  /// The checkpoints that learnt from these very data.
  var checkpointsOfTheseData: [Checkpoint] {
    ensemble.checkpoints.filter { $0.configuration.data.fingerprint == dataset.fingerprint }
  }

  /// The places in `rows` of those that look like none that was learnt from.
  func placesWithoutCopies(
    of learnt: [TrainingRows], _ quality: QualityReport? = nil
  ) throws -> [Int] {
    let copies = try Self.copies(of: learnt, dataset, quality, at: data)
    return sourceRows.indices.filter { !copies.contains(sourceRows[$0]) }
  }

  /// What probabilities [N, K] of all rows are worth without those that look like one that was learnt from.
  func withoutCopies(
    of learnt: [TrainingRows], _ probabilities: Tensor, _ quality: QualityReport? = nil
  ) throws -> WithoutCopies {
    let kept = try placesWithoutCopies(of: learnt, quality)
    return WithoutCopies(
      copies: rows.count - kept.count,
      metrics: kept.isEmpty ? nil : try metrics(probabilities, keeping: kept))
  }
}
