import Foundation
import TensorCore
import Testing

@testable import Datasets

@Suite("Splits by groups") struct GroupSplitsTests {
  /// Rows of `count` groups, each of 1 to 12 rows of random classes, in random order.
  private func rows(_ count: Int, seed: UInt64) -> (labels: [Int], groups: [String]) {
    var random = RandomStream(seed: seed)
    var rows: [(Int, String)] = []
    for group in 0..<count {
      for _ in 0...random.integer(below: 12) {
        rows.append((random.integer(below: 8), "x/\(group)"))
      }
    }
    let order = random.permutation(rows.count)
    return (order.map { rows[$0].0 }, order.map { rows[$0].1 })
  }

  private func split(
    _ choice: SplitChoice, _ labels: [Int], _ groups: [String], seed: UInt64 = 1
  ) throws -> GroupSplits {
    try GroupSplits(
      choice, labels: labels, classCount: 8, groups: groups, groupKind: "speaker", seed: seed,
      source: "x")
  }

  private func problem(_ choice: SplitChoice, _ groups: [String]) -> String {
    do {
      _ = try split(choice, groups.map { _ in 0 }, groups)
      return "fine"
    } catch { return "\(error)" }
  }

  @Test("no voice ever stands on both sides", arguments: [3, 4, 7, 12, 20, 60], [1, 2, 3, 4])
  func neverBoth(count: Int, seed: Int) throws {
    let (labels, groups) = rows(count, seed: UInt64(100 * count + seed))
    let found = try split(.groups, labels, groups, seed: UInt64(seed))
    #expect(found.names == ["Training", "PublicTest", "PrivateTest"])
    var splits: [String: Set<Int>] = [:]
    for (group, split) in zip(groups, found.splits) { splits[group, default: []].insert(split) }
    #expect(splits.count == count && splits.values.allSatisfy { $0.count == 1 })
    for index in 0..<3 { #expect(found.splits.contains(index)) }
    #expect(found.record.method == .groups && found.record.caution == nil)
    // About a tenth each, as far as groups allow.
    if count >= 20 {
      for index in 1...2 {
        let share = Double(found.splits.count { $0 == index }) / Double(labels.count)
        #expect(share > 0.05 && share < 0.17, "\(share)")
      }
    }
  }

  @Test("a random split has to be asked for, tears groups apart, and says so") func random() throws
  {
    let (labels, groups) = rows(20, seed: 5)
    let found = try split(.random, labels, groups)
    let training = Set(zip(groups, found.splits).filter { $0.1 == 0 }.map(\.0))
    let test = Set(zip(groups, found.splits).filter { $0.1 != 0 }.map(\.0))
    #expect(!training.isDisjoint(with: test))
    #expect(
      found.record.caution == "random split: the same voice may stand on both sides")
    #expect(
      SplitRecord.caution(groupKind: "artist")
        == "random split: the same artist may stand on both sides")
  }

  @Test("the seed decides") func seeded() throws {
    let (labels, groups) = rows(20, seed: 6)
    #expect(try split(.groups, labels, groups).splits == split(.groups, labels, groups).splits)
    #expect(
      try split(.groups, labels, groups).splits
        != split(.groups, labels, groups, seed: 2).splits)
  }

  @Test("groups by name; one that is not named is all the others; what is in neither is the rest")
  func named() throws {
    let groups = (1...20).map { $0 < 10 ? "ravdess/0\($0)" : "ravdess/\($0)" } + ["tess/OAF"]
    let labels = groups.map { _ in 0 }
    let both = try split(
      .named(train: GroupNames("1-16"), test: GroupNames("17-20,tess")), labels, groups)
    #expect(both.names == ["train", "test"] && both.splits.count { $0 == 1 } == 5)
    #expect(both.record.method == .named && both.record.seed == nil && both.record.caution == nil)
    #expect(both.record.trainGroups == "1-16" && both.record.testGroups == "17-20,tess")
    #expect(both.record.missingGroups == nil)
    let beyond = try split(.named(train: nil, test: GroupNames("17-24")), labels, groups)
    #expect(beyond.record.trainGroups == nil && beyond.record.testGroups == "17-24")
    #expect(beyond.record.missingGroups == ["21-24"])
    let json = try object(JSONEncoder().encode(beyond.record))
    #expect(json["test_groups"] as? String == "17-24")
    #expect(json["missing_groups"] as? [String] == ["21-24"])
    let test = try split(.named(train: nil, test: GroupNames("tess")), labels, groups)
    #expect(test.splits == [Int](repeating: 0, count: 20) + [1])
    let train = try split(.named(train: GroupNames("ravdess"), test: nil), labels, groups)
    #expect(train.splits == test.splits)
    let rest = try split(
      .named(train: GroupNames("1-10"), test: GroupNames("11")), labels, groups)
    #expect(rest.names == ["train", "test", "rest"] && rest.splits.count { $0 == 2 } == 10)
    #expect(try split(.none, labels, groups).names == ["train"])
  }

  private func object(_ json: Data) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: json) as? [String: Any])
  }

  @Test("what cannot be split is said") func failures() {
    let three = ["r/1", "r/2", "r/3"]
    #expect(problem(.groups, ["r/1", "r/2", "r/2"]).contains("2 speakers"))
    #expect(problem(.groups, ["r/1"]).contains("--split none"))
    #expect(problem(.random, ["r/1", "r/2"]).contains("2 rows"))
    #expect(problem(.groups, three) == "fine")
    #expect(
      problem(.named(train: GroupNames("1-2"), test: GroupNames("7")), three).contains(
        "no speaker is named 7"))
    #expect(
      problem(.named(train: GroupNames("1-2"), test: GroupNames("2-3")), three).contains(
        "r/2 is in --train-groups and in --test-groups"))
    #expect(
      problem(.named(train: nil, test: GroupNames("1-3")), three).contains("no row is left"))
  }
}
