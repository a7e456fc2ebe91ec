internal import Datasets

extension PreparedDataset {
  /// How many speakers or artists each split has, and which of both they are; nil where there are none,
  /// or each row is one of its own.
  var groupsBySplit: (kind: String, counts: [String: Int])? {
    guard let kind = manifest.groupKind, let names = groupNames, Set(names).count < names.count
    else {
      return nil
    }
    var start = 0
    var groups: [String: Set<String>] = [:]
    for shard in manifest.shards {
      groups[shard.split, default: []].formUnion(names[start..<start + shard.count])
      start += shard.count
    }
    return (kind, groups.mapValues(\.count))
  }
}

/// Counts on which sides of a run speakers or artists stand: learnt from, chosen on, reported on.
struct GroupTally {
  /// `speaker`, `artist`.
  private let kind: String
  /// The group of every row of the data; nil where there are none, or each row is one of its own.
  private let names: [String]?
  /// Those of the rows that were told of so far.
  private var seen: Set<String> = []
  /// Those of them that stood on two sides.
  private var shared: Set<String> = []

  /// The groups of data.
  init(_ dataset: PreparedDataset) {
    kind = dataset.manifest.groupKind ?? "group"
    names = dataset.groupNames.flatMap { Set($0).count < $0.count ? $0 : nil }
  }

  /// Rows on one more side, in words: `240 rows of 4 speakers`; of `4 others` where none of them stood on
  /// a side before.
  mutating func words(_ rows: [Int]) -> String {
    guard let names else { return "\(rows.count) rows" }
    let here = Set(rows.map { names[$0] })
    defer {
      shared.formUnion(here.intersection(seen))
      seen.formUnion(here)
    }
    let areOthers = !seen.isEmpty && seen.isDisjoint(with: here)
    return "\(rows.count) rows of \(counted(here.count, areOthers ? "other" : kind))"
  }

  /// Whether any stands on two of the sides told so far, in a sentence; nil without groups.
  var verdict: String? {
    if names == nil { return nil }
    if shared.isEmpty { return "No \(kind) stands on two sides." }
    return
      "\(counted(shared.count, kind)) \(shared.count == 1 ? "stands" : "stand") on two sides: how well "
      + "the network answers new ones, these figures do not say."
  }

  /// Whether one does.
  var isShared: Bool { !shared.isEmpty }
}
