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
  /// What figures of the run have to be taken with; nil where nothing is wrong with the rows.
  let caution: String?
  /// What says on which sides speakers or artists stand.
  let groups: GroupTally
  /// The fold that the run is examined on in the end, disjoint from both; empty without folds.
  let heldOut: [Int]

  private static let trainingNames = ["Training", "train"]
  private static let selectionDefault = "PublicTest"

  /// Decides as `DataConfiguration` says. Throws `RunError.badSplit`.
  init(_ dataset: PreparedDataset, _ configuration: RunConfiguration) throws {
    let data = configuration.data
    let names = dataset.manifest.splitNames
    let path = data.path ?? "the data"
    func require(_ name: String, for purpose: String) throws -> [Int] {
      try dataset.rows(ofSplit: name, at: path, for: purpose)
    }

    guard let trainingName = Self.trainingName(among: names, data) else {
      throw RunError.badSplit(
        data: path,
        problem: "none of its splits (\(names.joined(separator: ", "))) is for training",
        remedy: "name one with --set data.train_on=SPLIT")
    }
    for name in [data.selectOn, trainingName].compactMap({ $0 }) {
      try PreparedDataset.refuseReserved(
        name, at: path,
        remedy: "learn from and choose on other splits, and report on it with mien evaluate")
    }
    var available = try require(trainingName, for: "learn from")
    let root = RandomStream(seed: data.seed ?? configuration.seed)
    var learnt = trainingName
    let keepsGroups = data.groups == .apart
    heldOut = try Self.fold(of: available, data, dataset, random: root.substream("folds"))
    if let folds = data.folds, let fold = data.fold {
      let examined = Set(heldOut)
      available.removeAll(where: examined.contains)
      learnt += " without fold \(fold) of \(folds)"
    }

    let selectionName = Self.selectionSplit(among: names, data, trainingName)
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
      (selection, training) =
        keepsGroups
        ? try dataset.groupedSplit(available, fraction: 0.1, random: root.substream("selection"))
        : dataset.stratifiedSplit(available, fraction: 0.1, random: root.substream("selection"))
      self.selectionName = "a seeded tenth of \(learnt)"
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
    let copies = try dataset.copies(of: training, inSplit: trainingName)
    self.training = training + copies
    self.trainingName = learnt + (copies.isEmpty ? "" : " and its changed copies")
    let deals = selectionName == nil || data.folds != nil
    caution = Self.caution(dataset.manifest, data, deals: deals)
    groups = GroupTally(dataset)
  }

  /// What figures have to be taken with of a run that `deals` rows to folds or to a part that chooses.
  private static func caution(
    _ manifest: Manifest, _ data: DataConfiguration, deals: Bool
  ) -> String? {
    manifest.preparation.split?.caution
      ?? (deals && data.groups != .apart && manifest.groups != .null
        ? SplitRecord.caution(groupKind: manifest.groupKind ?? "group") : nil)
  }

  /// The same, without a look at the rows.
  static func caution(_ manifest: Manifest, _ data: DataConfiguration) -> String? {
    let training = trainingName(among: manifest.splitNames, data)
    let isSplit = training.flatMap { selectionSplit(among: manifest.splitNames, data, $0) } != nil
    return caution(manifest, data, deals: !isSplit || data.folds != nil)
  }

  private static func trainingName(among names: [String], _ data: DataConfiguration) -> String? {
    data.trainOn ?? trainingNames.first(where: names.contains)
      ?? (names.count == 1 ? names.first : nil)
  }

  /// The split that chooses `best`; nil where a part of the training rows does.
  private static func selectionSplit(
    among names: [String], _ data: DataConfiguration, _ trainingName: String
  ) -> String? {
    data.selectOn
      ?? (names.contains(selectionDefault) && trainingName != selectionDefault
        && data.folds == nil ? selectionDefault : nil)
  }

  /// What chooses `best` where there are splits of these names, in words, without a look at the rows; nil
  /// where none of them is for training.
  static func selectionName(among names: [String], _ data: DataConfiguration) -> String? {
    trainingName(among: names, data).map { training in
      selectionSplit(among: names, data, training)
        ?? "a tenth of \(training)" + (data.fold.map { " without fold \($0)" } ?? "")
    }
  }

  /// The rows of the fold that a run is examined on; none without folds.
  private static func fold(
    of rows: [Int], _ data: DataConfiguration, _ dataset: PreparedDataset, random: RandomStream
  ) throws -> [Int] {
    guard let count = data.folds else {
      guard data.fold == nil else {
        throw RunError.badConfiguration(
          origin: "data.fold", problem: "there is a fold but no data.folds; give their number")
      }
      return []
    }
    guard count >= 2 else {
      throw RunError.badConfiguration(
        origin: "data.folds", problem: "\(count), expected at least 2")
    }
    guard let fold = data.fold, (1...count).contains(fold) else {
      throw RunError.badConfiguration(
        origin: "data.fold",
        problem: "\(data.fold.map { "\($0)" } ?? "none"), expected one of 1 to \(count)")
    }
    return try dataset.folds(
      of: rows, count: count, keepsGroups: data.groups == .apart, random: random)[fold - 1]
  }
}

extension PreparedDataset {
  /// The changed copies of rows of a split that `mien prepare` has made; none where it was not asked to.
  fileprivate func copies(of rows: [Int], inSplit name: String) throws -> [Int] {
    let originals = Set(rows.map(sourceRow))
    return try (manifest.preparation.copies ?? [:]).filter { $0.value == name }.keys.sorted()
      .flatMap { try self.rows(inSplit: $0).filter { originals.contains(sourceRow($0)) } }
  }
}
