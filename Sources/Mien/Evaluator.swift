internal import Datasets
public import Evaluation
public import Foundation
public import Kernels
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
  let ensemble: Ensemble

  /// Checks that checkpoints and data go together.
  ///
  /// - Parameters:
  ///   - checkpoints: what is judged; several answer together.
  ///   - data: the folder of prepared data.
  ///   - split: the rows to judge on.
  ///   - withoutCopies: leaves out the rows that are equal or nearly equal to rows that a checkpoint
  ///     learnt from, as `mien prepare` found them; it must have been trained on these data.
  ///   - precision: the numbers that the networks multiply.
  ///
  /// Throws `RunError.mismatch` and `.badSplit`.
  public init(
    _ checkpoints: [Checkpoint], data: URL, split: String, withoutCopies: Bool = false,
    precision: InferencePrecision = .float32
  ) throws {
    let dataset = try PreparedDataset(at: data)
    try dataset.verify()
    var rows = try dataset.rows(ofSplit: split, at: data.path, for: "judge on")
    if withoutCopies {
      let learnt = try Self.rowsLearnt(by: checkpoints, dataset, at: data)
      let copies = try Self.copies(of: learnt, dataset, at: data)
      rows.removeAll { copies.contains(dataset.sourceRow($0)) }
      guard !rows.isEmpty else {
        throw RunError.badSplit(
          data: data.path, problem: "every row of \(split) has a copy among the rows learnt from",
          remedy: "judge on another split")
      }
    }
    try self.init(checkpoints, dataset, at: data, rows: rows, precision: precision)
  }

  /// The same for any rows of data that are open and verified. Throws `RunError.mismatch`.
  init(
    _ checkpoints: [Checkpoint], _ dataset: PreparedDataset, at data: URL, rows: [Int],
    precision: InferencePrecision = .float32
  ) throws {
    ensemble = try Ensemble(checkpoints, precision: precision)
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
        "it knows \(checkpoint.classes.count) classes (\(someNames(checkpoint.classes))), "
          + "the data have \(manifest.classes.count) (\(someNames(manifest.classes)))")
      try expect(
        checkpoint.input.kind == manifest.kind && checkpoint.input.shape == manifest.shape,
        "it takes inputs of kind \(checkpoint.input.kind) and shape \(checkpoint.input.shape), "
          + "the data are \(manifest.kind) of shape \(manifest.shape)")
      let data = InputConfiguration(of: manifest)
      if let own = checkpoint.input.sound, let other = data.sound {
        try expect(
          own == other, "it takes \(own.words), the data are \(other.words)")
      }
      if let own = checkpoint.input.columns, let other = data.columns {
        let index = zip(own, other).map { $0 == $1 }.firstIndex(of: false) ?? 0
        try expect(
          own == other,
          "its column \(index) is \(own[index]), that of the data is \(other[index])")
      }
    }
    self.dataset = dataset
    self.data = data
    self.rows = rows
    classes = manifest.classes
    sourceRows = rows.map { dataset.sourceRow($0) }
    labels = rows.map { dataset.label($0) }
  }

  /// The class probabilities [N, K] of every row, averaged over views and checkpoints.
  ///
  /// - Parameters:
  ///   - views: what each network sees of a row.
  ///   - batchSize: examples at a time.
  ///   - progress: called with the share that is done, in 0...1.
  public func probabilities(
    views: TestTimeAugmentation = .none, batchSize: Int = 128,
    progress: (Double) throws -> Void = { _ in }
  ) throws -> Tensor {
    if views != .none, !dataset.manifest.holdsGrayPictures {
      throw RunError.badSplit(
        data: data.path,
        problem: "\(views.rawValue) views are of pictures, its rows are of kind "
          + dataset.manifest.kind, remedy: "leave --tta out")
    }
    return try inBatches(of: batchSize, progress) {
      ensemble.probabilities(ofLevels: $0, views: views)
    }
  }

  /// The logits [N, K] of every row by one member of the ensemble, before its temperature.
  func logits(
    member: Int = 0, batchSize: Int = 128, progress: (Double) throws -> Void = { _ in }
  ) throws -> Tensor {
    try inBatches(of: batchSize, progress) { ensemble.logits(ofLevels: $0, member: member) }
  }

  /// What `answer` makes of the rows' grey levels [n, H, W, C], put together as [N, K].
  private func inBatches(
    of batchSize: Int, _ progress: (Double) throws -> Void, _ answer: (Tensor) -> Tensor
  ) throws -> Tensor {
    var result = Tensor([rows.count, classes.count])
    for start in stride(from: 0, to: rows.count, by: batchSize) {
      let range = start..<min(start + batchSize, rows.count)
      let part = answer(dataset.levels(of: rows[range]))
      precondition(part.shape == [range.count, classes.count], "answers \(part.shape)")
      result.write { result in
        part.read { (result + start * classes.count).update(from: $0, count: part.count) }
      }
      try progress(Double(range.upperBound) / Double(rows.count))
    }
    return result
  }

  /// The measures of `probabilities` against the truth.
  public func metrics(_ probabilities: Tensor) throws -> ClassificationMetrics {
    try ClassificationMetrics(probabilities: probabilities, labels: labels, classes: classes)
  }

  /// The same for some of the rows, by their places in `rows`.
  func metrics(_ probabilities: Tensor, keeping places: [Int]) throws -> ClassificationMetrics {
    let (all, k) = (probabilities.elements, classes.count)
    return try ClassificationMetrics(
      probabilities: Tensor(
        [places.count, k], places.flatMap { all[$0 * k..<($0 + 1) * k] }),
      labels: places.map { labels[$0] }, classes: classes)
  }
}
