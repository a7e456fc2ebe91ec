internal import Datasets
internal import TensorCore

/// Which rows of a data set a run learns from, and which choose its best epoch.
struct TrainingRows {
  /// Rows to learn from.
  let training: [Int]
  /// Their split.
  let trainingName: String
  /// Rows that choose `best`, disjoint from `training`.
  let selection: [Int]
  /// Their split, or what was done in place of one.
  let selectionName: String

  private static let trainingNames = ["Training", "train"]
  private static let selectionDefault = "PublicTest"
  /// Splits that nothing may be chosen on: they are for the final examination.
  private static let reserved = ["PrivateTest"]

  /// Decides as `DataConfiguration` says. Throws `RunError.badSplit`.
  init(_ dataset: PreparedDataset, _ configuration: RunConfiguration) throws {
    let data = configuration.data
    let names = dataset.manifest.splitNames
    let path = data.path ?? "the data"
    func require(_ name: String, for purpose: String) throws -> [Int] {
      try dataset.rows(ofSplit: name, at: path, for: purpose)
    }

    let standard = Self.trainingNames.first(where: names.contains)
    guard let trainingName = data.trainOn ?? standard ?? (names.count == 1 ? names.first : nil)
    else {
      throw RunError.badSplit(
        data: path,
        problem: "none of its splits (\(names.joined(separator: ", "))) is for training",
        remedy: "name one with --set data.train_on=SPLIT")
    }
    if let reserved = [data.selectOn, trainingName].compactMap({ $0 }).first(
      where: Self.reserved.contains)
    {
      throw RunError.badSplit(
        data: path, problem: "\(reserved) is kept for the final examination",
        remedy: "learn from and choose on other splits, and report on it with mien evaluate")
    }
    let available = try require(trainingName, for: "learn from")
    let root = RandomStream(seed: configuration.seed)

    let selectionName =
      data.selectOn
      ?? (names.contains(Self.selectionDefault) && trainingName != Self.selectionDefault
        ? Self.selectionDefault : nil)
    var training = available
    if let selectionName {
      guard selectionName != trainingName else {
        throw RunError.badSplit(
          data: path, problem: "\(selectionName) is learnt from and cannot choose as well",
          remedy: "choose on another split, or leave --select-on out for a tenth of it")
      }
      selection = try require(selectionName, for: "choose on")
      self.selectionName = selectionName
    } else {
      (selection, training) = dataset.stratifiedSplit(
        available, fraction: 0.1, random: root.substream("selection"))
      self.selectionName = "a seeded tenth of \(trainingName)"
    }
    if let limit = data.limit {
      guard limit >= 1 else {
        throw RunError.badSplit(
          data: path, problem: "the limit is \(limit) rows", remedy: "give at least 1")
      }
      if limit < training.count {
        training = dataset.stratifiedSplit(
          training, count: limit, random: root.substream("limit"))
      }
    }
    guard !training.isEmpty, !selection.isEmpty else {
      throw RunError.badSplit(
        data: path,
        problem: "\(training.count) rows to learn from, \(selection.count) to choose on",
        remedy: "both need at least one")
    }
    self.training = training
    self.trainingName = trainingName
  }
}
