import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Datasets

@Suite("Stratified folds") struct StratifiedFoldsTests {
  /// `count` labels of seven classes as uneven as FER-2013's.
  private func labels(_ count: Int, seed: UInt64) -> [Int] {
    var random = RandomStream(seed: seed)
    let bounds = [0.14, 0.155, 0.30, 0.55, 0.72, 0.83, 1.0]
    return (0..<count).map { _ in
      let draw = Double(random.uniform())
      return bounds.firstIndex { draw < $0 } ?? 6
    }
  }

  /// counts[fold][class].
  private func counts(_ folds: [Int], _ labels: [Int], _ count: Int) -> [[Int]] {
    var counts = [[Int]](repeating: [Int](repeating: 0, count: 7), count: count)
    for (fold, label) in zip(folds, labels) { counts[fold][label] += 1 }
    return counts
  }

  @Test(
    "counts of a class differ by at most one between folds, and so do the folds' sizes",
    arguments: [2, 3, 5, 10], [7, 100, 1003])
  func even(count: Int, rows: Int) {
    guard rows >= count else { return }
    let labels = labels(rows, seed: UInt64(rows))
    let folds = stratifiedFolds(
      labels: labels, classCount: 7, count: count, random: RandomStream(seed: 4))
    #expect(folds.count == rows && Set(folds).isSubset(of: 0..<count))
    let counts = counts(folds, labels, count)
    for c in 0..<7 {
      let column = counts.map { $0[c] }
      #expect((column.max() ?? 0) - (column.min() ?? 0) <= 1, "class \(c): \(column)")
    }
    let sizes = counts.map { $0.reduce(0, +) }
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1, "\(sizes)")
  }

  @Test("the seed decides, and nothing else") func seeded() {
    let labels = labels(200, seed: 1)
    func deal(_ seed: UInt64) -> [Int] {
      stratifiedFolds(labels: labels, classCount: 7, count: 5, random: RandomStream(seed: seed))
    }
    #expect(deal(1) == deal(1))
    #expect(deal(1) != deal(2))
  }

  @Test("a group is never torn, and classes stay as even as groups allow", arguments: [2, 5])
  func grouped(count: Int) {
    var random = RandomStream(seed: 9)
    // 120 groups of 1 to 15 rows, each with a leaning towards one class.
    var (labels, groups) = ([Int](), [Int]())
    for group in 0..<120 {
      let favourite = random.integer(below: 7)
      for _ in 0...random.integer(below: 15) {
        labels.append(random.uniform() < 0.6 ? favourite : random.integer(below: 7))
        groups.append(1000 - group)
      }
    }
    let folds = stratifiedFolds(
      labels: labels, classCount: 7, count: count, groups: groups, random: RandomStream(seed: 4))
    var foldsOf: [Int: Set<Int>] = [:]
    for (group, fold) in zip(groups, folds) { foldsOf[group, default: []].insert(fold) }
    #expect(foldsOf.count == 120)
    #expect(foldsOf.values.allSatisfy { $0.count == 1 })
    let counts = counts(folds, labels, count)
    for c in 0..<7 {
      let column = counts.map { Double($0[c]) }
      let mean = column.reduce(0, +) / Double(count)
      #expect(column.allSatisfy { abs($0 - mean) <= max(4, 0.12 * mean) }, "class \(c): \(column)")
    }
  }

  @Test("prepared data are dealt by their manifest's groups, once each")
  func prepared() throws {
    try PreparedDatasetTests.withData(40) { data, folder in
      let rows = Array(3..<38)
      let folds = try data.folds(of: rows, count: 5, random: RandomStream(seed: 1))
      #expect(folds.count == 5 && folds.flatMap { $0 }.sorted() == rows)
      #expect(folds.allSatisfy { $0 == $0.sorted() })

      // Three rows of a group stand together.
      let names = (0..<40).map { "\"artist \($0 / 3)\"" }.joined(separator: ", ")
      let manifest = folder.appendingPathComponent("manifest.json")
      let text = try String(contentsOf: manifest, encoding: .utf8)
      let grouped = text.replacingOccurrences(
        of: #""groups" : null"#, with: "\"groups\" : [\(names)]")
      try #require(grouped != text)
      try Data(grouped.utf8).write(to: manifest)
      let whole = try PreparedDataset(at: folder)
      let parts = try whole.folds(of: Array(0..<40), count: 4, random: RandomStream(seed: 1))
      #expect(parts.flatMap { $0 }.sorted() == Array(0..<40))
      for part in parts {
        for group in Set(part.map { $0 / 3 }) {
          #expect(Set(part).isSuperset(of: (3 * group..<min(40, 3 * group + 3))))
        }
      }
      #expect {
        _ = try whole.folds(of: [0, 1, 2, 3], count: 3, random: RandomStream(seed: 1))
      } throws: {
        "\($0)".contains("2 groups of rows cannot be dealt to 3 folds")
      }
      try Data(
        text.replacingOccurrences(of: #""groups" : null"#, with: #""groups" : ["a"]"#).utf8
      ).write(to: manifest)
      #expect {
        _ = try PreparedDataset(at: folder).folds(
          of: rows, count: 3, random: RandomStream(seed: 1))
      } throws: {
        "\($0)".contains("groups")
      }
    }
  }
}
