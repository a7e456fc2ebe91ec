internal import TensorCore

/// How rows that have groups are split.
public enum SplitChoice: Equatable, Sendable {
  /// A tenth each for PublicTest and PrivateTest, in whole groups.
  case groups
  /// A tenth each, whatever group rows are of. It has to be asked for: the same voice may stand on both
  /// sides.
  case random
  /// All rows are one split, `train`: for folds.
  case none
  /// Groups by name: `train` and `test`, and `rest` where both are named and some groups are in neither.
  /// One that is not named is all the others.
  case named(train: GroupNames?, test: GroupNames?)
}

/// The split of every row.
struct GroupSplits {
  /// The names of the splits in their order.
  let names: [String]
  /// An index into the names for each row.
  let splits: [Int]
  let record: SplitRecord

  /// Splits rows; the same for the same labels, groups and seed.
  ///
  /// Throws `DatasetError.unsupported` where groups are too few or not as they were named.
  ///
  /// - Parameters:
  ///   - labels: N class indices in 0..<classCount.
  ///   - groups: N names.
  ///   - groupKind: what the rows of a group have in common, for messages.
  ///   - unknown: of how many rows the group is not known, so that each is one of its own.
  ///   - source: what messages call the rows.
  init(
    _ choice: SplitChoice, labels: [Int], classCount: Int, groups: [String], groupKind: String,
    unknown: Int = 0, seed: UInt64, source: String
  ) throws {
    precondition(labels.count == groups.count, "\(groups.count) groups of \(labels.count) rows")
    let random = RandomStream(seed: seed).substream("splits")
    let unknown = SplitRecord.caution(unknown: unknown, of: labels.count, groupKind: groupKind)
    switch choice {
    case .none:
      (names, splits) = (["train"], labels.map { _ in 0 })
      record = SplitRecord(.none, seed: nil, groupKind: groupKind, unknown: unknown)
    case .named(let train, let test):
      (names, splits) = try Self.named(train, test, groups, groupKind, source)
      record = SplitRecord(train: train, test: test, among: Set(groups), unknown: unknown)
    case .random:
      guard labels.count >= 3 else {
        throw Self.tooFew("\(labels.count) rows", source)
      }
      let folds = stratifiedFolds(
        labels: labels, classCount: classCount, count: min(10, labels.count), random: random)
      (names, splits) = (SplitNames.drawn.map(\.name), folds.map(Self.split))
      record = SplitRecord(.random, seed: seed, groupKind: groupKind, unknown: unknown)
    case .groups:
      let order = Dictionary(uniqueKeysWithValues: zip(Set(groups).sorted(), 0...))
      guard order.count >= 3 else {
        throw Self.tooFew("\(order.count) \(groupKind)\(order.count == 1 ? "" : "s")", source)
      }
      let folds = stratifiedFolds(
        labels: labels, classCount: classCount, count: min(10, order.count),
        groups: groups.map { order[$0] ?? 0 }, random: random)
      (names, splits) = (SplitNames.drawn.map(\.name), folds.map(Self.split))
      record = SplitRecord(.groups, seed: seed, groupKind: groupKind, unknown: unknown)
    }
  }

  /// The first fold is PublicTest, the second PrivateTest, the others are learnt from.
  private static func split(ofFold fold: Int) -> Int { fold < 2 ? fold + 1 : 0 }

  private static func tooFew(_ found: String, _ source: String) -> DatasetError {
    .unsupported(
      file: source, problem: "\(found), expected at least 3 to draw three splits from",
      remedy: "pass --split none for one split (and train with --folds), or name groups with "
        + "--test-groups")
  }

  private static func named(
    _ train: GroupNames?, _ test: GroupNames?, _ groups: [String], _ groupKind: String,
    _ source: String
  ) throws -> ([String], [Int]) {
    func wrong(_ problem: String, _ remedy: String) -> DatasetError {
      .unsupported(file: source, problem: problem, remedy: remedy)
    }
    let known = Set(groups)
    let some = someGroups(known)
    for list in [train, test].compactMap({ $0 }) {
      if let stranger = list.strangers(among: known).first {
        throw wrong("no \(groupKind) is named \(stranger)", "its \(groupKind)s are \(some)")
      }
    }
    let splits = try groups.map { group in
      switch (train?.contains(group), test?.contains(group)) {
      case (true, true):
        throw wrong(
          "\(group) is in --train-groups and in --test-groups", "name it in one of them")
      case (true, _), (nil, false): 0
      case (_, true), (false, nil): 1
      default: 2
      }
    }
    for (index, name) in ["train", "test"].enumerated() where !splits.contains(index) {
      throw wrong("no row is left for \(name)", "name fewer \(groupKind)s for the other split")
    }
    return (["train", "test"] + (splits.contains(2) ? ["rest"] : []), splits)
  }

  private static func someGroups(_ groups: Set<String>) -> String {
    let names = groups.sorted()
    return names.count <= 12
      ? names.joined(separator: ", ")
      : names.prefix(12).joined(separator: ", ") + " and \(names.count - 12) more"
  }
}
