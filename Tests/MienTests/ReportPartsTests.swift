import Foundation
import TestSupport
import Testing

@testable import Mien

@Suite struct ReportPartsTests {
  @Test("a figure without meaning is a dash, not 0 %") func shares() {
    // The second class is never answered, the third has no row, the fourth neither.
    let matrix = ConfusionMatrix(labels: [0, 0, 0, 1], predictions: [0, 0, 2, 0], classCount: 4)
    let cells = (0..<4).map { ClassShares(matrix, $0).cells }
    #expect(cells[0] == ["66.7 %", "66.7 %", "66.7 %"])
    #expect(cells[1] == ["–", "0.0 %", "0.0 %"])
    #expect(cells[2] == ["0.0 %", "–", "0.0 %"])
    #expect(cells[3] == ["–", "–", "–"])
  }

  @Test("thousands stand apart") func thousands() {
    #expect([0, 7, 999, 1000, 1_765_031].map(grouped) == ["0", "7", "999", "1,000", "1,765,031"])
    #expect(grouped(-12_345) == "-12,345")
  }

  private func quality(_ value: Double) -> PictureQuality {
    let level = UInt8(value)
    return [UInt8](repeating: level, count: 4).withUnsafeBytes {
      PictureQuality($0, width: 2, height: 2)
    }
  }

  @Test("quarters have all rows once, from the smallest values up") func quarters() {
    var random = RandomStream(seed: 3)
    let values = (0..<101).map { _ in Double(random.integer(below: 200)) }
    let groups = AccuracyByQuality(
      values.map(quality), rows: Array(0..<101), isHit: values.map { $0 < 100 }
    ).measures[0].groups
    #expect(groups.count == 4 && groups.reduce(0) { $0 + $1.n } == 101)
    for (group, next) in zip(groups, groups.dropFirst()) { #expect(group.high < next.low) }
    #expect(groups[0].low == values.min() && groups[3].high == values.max())
    #expect(groups[0].correct == groups[0].n && groups[3].correct == 0)
  }

  @Test("equal values stay together; of one value there is one quarter, of no rows none")
  func ties() {
    let halves = AccuracyByQuality.quarters(
      [1, 1, 1, 1, 1, 1, 1, 2], [Bool](repeating: true, count: 8))
    #expect(halves.map(\.n) == [7, 1])
    #expect(AccuracyByQuality.quarters([5, 5, 5], [true, false, true]).map(\.correct) == [2])
    #expect(AccuracyByQuality.quarters([], []).isEmpty)
  }

  @Test("quarters are those of pandas", .enabled(if: Python.has("pandas"))) func pandas() throws {
    var random = RandomStream(seed: 4)
    let values = (0..<57).map { _ in Double(random.integer(below: 40)) / 4 }
    let groups = AccuracyByQuality.quarters(values, values.map { _ in true })
    let outcome = try Python.run(
      """
      import sys, pandas
      values = pandas.Series([float(x) for x in sys.argv[1].split(",")])
      print(*pandas.qcut(values, 4).value_counts(sort=False))
      """, values.map { "\($0)" }.joined(separator: ","))
    #expect(
      outcome.output == groups.map { "\($0.n)" }.joined(separator: " ") + "\n",
      "\(outcome.errors.suffix(300))")
  }

  @Test("from the middle: the median, then its neighbours by turns") func middle() {
    #expect(ReportedRows.fromTheMiddle([1, 2, 3, 4, 5]) == [3, 2, 4, 1, 5])
    #expect(ReportedRows.fromTheMiddle([1, 2, 3, 4]) == [3, 2, 4, 1])
    #expect(ReportedRows.fromTheMiddle([7]) == [7])
    #expect(ReportedRows.fromTheMiddle([Int]()).isEmpty)
  }
}
