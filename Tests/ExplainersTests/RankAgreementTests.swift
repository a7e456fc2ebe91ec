import Foundation
import TestSupport
import Testing

@testable import Explainers

/// What `Golden/make_rank_agreement.py` wrote.
struct GoldenAgreement: Decodable {
  struct Case: Decodable, CustomTestStringConvertible {
    var name: String
    var a, b: [Double]
    var spearman: Double
    var jaccard: [String: Double]
    var testDescription: String { name }
  }
  var cases: [Case]

  static func load() throws -> [Case] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/rank_agreement.json")
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: file)).cases
  }
}

@Suite struct RankAgreementTests {
  @Test(
    "Spearman's and Jaccard's are those of SciPy and scikit-learn",
    arguments: try GoldenAgreement.load())
  func golden(_ golden: GoldenAgreement.Case) throws {
    let found = try #require(RankAgreement.spearman(golden.a, golden.b))
    expectClose([found], [golden.spearman], absolute: 1e-12)
    #expect(golden.jaccard.count == 4)
    for (count, value) in golden.jaccard {
      let found = RankAgreement.jaccard(golden.a, golden.b, strongest: try #require(Int(count)))
      expectClose([found], [value], absolute: 1e-12, "\(count)")
    }
  }

  @Test("the strongest parts are the largest either way, of equals the first")
  func strongest() {
    #expect(RankAgreement.strongest([0.1, -0.5, 0.5, 0, 0.2], count: 3) == [1, 2, 4])
    #expect(RankAgreement.strongest([1, 2], count: 5) == [1, 0])
    #expect(RankAgreement.strongest([1, 2], count: 0).isEmpty)
    #expect(RankAgreement.jaccard([], [], strongest: 5) == 1)
  }

  @Test("lists without an order have no rank correlation")
  func undefined() {
    #expect(RankAgreement.spearman([1, 1, 1], [1, 2, 3]) == nil)
    #expect(RankAgreement.spearman([1, .nan], [1, 2]) == nil)
    #expect(RankAgreement.spearman([], []) == nil)
  }

  @Test("a mean over pairs has each pair once")
  func pairs() {
    let lists: [[Double]] = [[1, 2], [3, 4], [5, 9]]
    var asked: [[Double]] = []
    let mean = RankAgreement.mean(overPairsOf: lists) { a, b in
      asked.append([a[0], b[0]])
      return a[0] * b[0]
    }
    #expect(asked == [[1, 3], [1, 5], [3, 5]])
    #expect(mean == 23.0 / 3)
    #expect(RankAgreement.mean(overPairsOf: [[1]]) { _, _ in 1 } == nil)
    #expect(RankAgreement.mean(overPairsOf: lists) { _, _ in nil } == nil)
  }
}
