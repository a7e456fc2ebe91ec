import Evaluation
import Foundation
import TensorCore
import TestSupport
import Testing

/// One case of Golden/rankings.json, made by Golden/make_rankings.py from the predictions of
/// metrics.json.
struct GoldenRanking: Decodable, Sendable, CustomTestStringConvertible {
  struct Curves: Decodable, Sendable {
    var false_positive_rates, true_positive_rates, roc_thresholds: [Double]
    var precisions, recalls, thresholds: [Double]
  }
  var name: String
  var roc_auc, average_precision: [Double?]
  var macro_roc_auc, macro_average_precision: Double?
  var brier_score: Double
  var curves: [Curves?]?

  var testDescription: String { name }

  static func load() throws -> [GoldenRanking] {
    struct File: Decodable {
      var cases: [GoldenRanking]
    }
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/rankings.json")
    return try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).cases
  }
}

/// Expects the same places to be nil and the others to be close.
private func expectSame(
  _ actual: [Double?], _ expected: [Double?], _ comment: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(actual.map { $0 == nil } == expected.map { $0 == nil }, sourceLocation: sourceLocation)
  expectClose(
    actual.map { $0 ?? -1 }, expected.map { $0 ?? -1 }, absolute: 1e-6, comment,
    sourceLocation: sourceLocation)
}

@Suite("Rankings of each class against the rest")
struct RankingTests {
  @Test("areas, average precision and Brier score equal scikit-learn's", arguments: 0..<8)
  func matchesScikitLearn(index: Int) throws {
    let (golden, predictions) = (
      try GoldenRanking.load()[index], try GoldenMetrics.load()[index].predictions
    )
    let ranking = predictions.oneVersusRest
    expectSame(ranking.classes.map { $0.roc?.area }, golden.roc_auc, golden.name)
    expectSame(
      ranking.classes.map { $0.precisionRecall?.averagePrecision }, golden.average_precision,
      golden.name)
    expectSame(
      [ranking.macroROCArea, ranking.macroAveragePrecision],
      [golden.macro_roc_auc, golden.macro_average_precision], golden.name)
    // The measures have the same figures.
    let metrics = try predictions.metrics()
    expectSame(
      [metrics.brierScore, metrics.macroROCAUC, metrics.macroAveragePrecision],
      [golden.brier_score, golden.macro_roc_auc, golden.macro_average_precision], golden.name)
    expectSame(
      predictions.classes.map { metrics.perClass[$0]?.rocAUC }, golden.roc_auc, golden.name)
    expectSame(
      predictions.classes.map { metrics.perClass[$0]?.averagePrecision },
      golden.average_precision, golden.name)
  }

  @Test("the curves have scikit-learn's points, ties and all", arguments: 0..<8)
  func curves(index: Int) throws {
    let golden = try GoldenRanking.load()[index]
    guard let expected = golden.curves else { return }
    let ranking = try GoldenMetrics.load()[index].predictions.oneVersusRest
    try #require(ranking.classes.count == expected.count)
    for (one, expected) in zip(ranking.classes, expected) {
      guard let expected else {
        #expect(one.roc == nil && one.precisionRecall == nil)
        continue
      }
      let roc = try #require(one.roc)
      let curve = try #require(one.precisionRecall)
      #expect(roc.thresholds.first == .infinity)
      for (actual, values) in [
        (roc.falsePositiveRates, expected.false_positive_rates),
        (roc.truePositiveRates, expected.true_positive_rates),
        (roc.thresholds.dropFirst().map { Double($0) }, expected.roc_thresholds),
        (curve.precisions, expected.precisions), (curve.recalls, expected.recalls),
        (curve.thresholds.map { Double($0) }, expected.thresholds),
      ] { expectClose(actual, values, absolute: 1e-9, "\(golden.name), \(one.name)") }
    }
  }

  @Test("the golden file has curves, and classes without one")
  func goldenCases() throws {
    let cases = try GoldenRanking.load()
    #expect(cases.map(\.name) == (try GoldenMetrics.load().map(\.name)))
    #expect(cases.count { $0.curves != nil } == 6)
    #expect(cases.contains { $0.roc_auc.contains { $0 == nil } && $0.macro_roc_auc != nil })
    #expect(cases.contains { $0.macro_roc_auc == nil })
  }

  @Test("scores of any sign are ranked, equal ones together, 0 and -0 being equal")
  func ranking() {
    let ranking = ScoreRanking(
      scores: [-1, 0, -0.0, 2.5, -1, -.infinity, 1e-30],
      isPositive: [true, true, false, false, true, false, true])
    #expect(ranking.thresholds == [2.5, 1e-30, 0, -1, -.infinity])
    #expect(ranking.truePositives == [0, 1, 2, 4, 4])
    #expect(ranking.falsePositives == [1, 1, 2, 2, 3])
    // Pairs that are in order, ties half: (1e-30 > 0, -inf), (0 = -0, > -inf), (-1 > -inf) twice.
    let area = ROCCurve(ranking)?.area ?? .nan
    expectClose([area], [(2 + 1.5 + 1 + 1) / 12], absolute: 1e-12)
  }

  @Test("a class without rows, one with every row and no rows at all have no curve")
  func undefined() {
    for isPositive in [[true, true], [false, false], []] {
      let ranking = ScoreRanking(
        scores: isPositive.indices.map { Float($0) }, isPositive: isPositive)
      #expect(ROCCurve(ranking) == nil && PrecisionRecallCurve(ranking) == nil)
    }
  }

  @Test("perfect, reversed and equal scores have the areas 1, 0 and a half")
  func extremes() throws {
    let isPositive = [false, true, false, true, true]
    func area(_ scores: [Float]) throws -> Double {
      try #require(ROCCurve(ScoreRanking(scores: scores, isPositive: isPositive))).area
    }
    #expect(try area([0, 1, 0, 1, 1]) == 1)
    #expect(try area([1, 0, 1, 0, 0]) == 0)
    #expect(try area([3, 3, 3, 3, 3]) == 0.5)
    let equal = try #require(
      PrecisionRecallCurve(
        ScoreRanking(scores: [1, 1, 1, 1, 1], isPositive: isPositive)))
    expectClose([equal.averagePrecision, equal.baseRate], [0.6, 0.6], absolute: 1e-12)
  }
}
