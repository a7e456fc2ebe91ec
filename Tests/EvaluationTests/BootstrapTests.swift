import Evaluation
import Foundation
import TensorCore
import TestSupport
import Testing

/// One case of Golden/bootstrap.json, made by Golden/make_bootstrap.py.
struct GoldenBootstrap: Decodable, Sendable, CustomTestStringConvertible {
  struct Ends: Decodable, Sendable {
    var estimate, low, high: Double
  }
  var name: String
  var class_count: Int
  var level: Double
  var labels: [Int]
  var predictions: [[Int]]
  var values: [Double]
  var draws: [[Int]]
  var intervals: [String: Ends]

  var testDescription: String { name }

  static func load() throws -> [GoldenBootstrap] {
    struct File: Decodable {
      var cases: [GoldenBootstrap]
    }
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/bootstrap.json")
    return try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).cases
  }
}

@Suite("Bootstrap intervals")
struct BootstrapTests {
  @Test("from the same draws NumPy has the same intervals", arguments: try GoldenBootstrap.load())
  func matchesNumPy(golden: GoldenBootstrap) throws {
    let bootstrap = Bootstrap(draws: golden.draws, level: golden.level)
    func expectSame(_ interval: BootstrapInterval?, _ key: String) throws {
      let (interval, expected) = (try #require(interval), try #require(golden.intervals[key]))
      expectClose(
        [interval.estimate, interval.low, interval.high],
        [expected.estimate, expected.low, expected.high], absolute: 1e-6,
        "\(golden.name): \(key)")
      #expect(interval.draws == golden.draws.count && interval.level == golden.level)
    }
    let figures = bootstrap.intervals(
      labels: golden.labels, predictions: golden.predictions, classCount: golden.class_count
    ) {
      [
        $0[0].accuracy, $0[0].macroF1, $0[0].balancedAccuracy, $0[1].accuracy - $0[0].accuracy,
        $0[1].macroF1 - $0[0].macroF1,
      ]
    }
    for (interval, key) in zip(
      figures,
      [
        "accuracy", "macro_f1", "balanced_accuracy", "accuracy_difference", "macro_f1_difference",
      ])
    { try expectSame(interval, key) }
    let median = bootstrap.interval(rows: golden.values.count) { rows in
      let sorted = rows.map { golden.values[$0] }.sorted()
      return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
    try expectSame(median, "median")
  }

  /// A truth and an answer a row, the answer right in about two of three.
  private static func answers(_ n: Int, classes: Int, seed: UInt64) -> (
    labels: [Int], predictions: [Int]
  ) {
    var random = RandomStream(seed: seed)
    let labels = (0..<n).map { _ in random.integer(below: classes) }
    return (
      labels,
      labels.map { random.uniform() < 0.6 ? $0 : random.integer(below: classes) }
    )
  }

  @Test("counting classes gives what measuring each draw gives, and a seed always the same")
  func pathsAgree() throws {
    let (labels, predictions) = Self.answers(200, classes: 5, seed: 3)
    let bootstrap = Bootstrap(random: RandomStream(seed: 9), count: 300)
    let fast = try #require(
      bootstrap.intervals(labels: labels, predictions: [predictions], classCount: 5) {
        [$0[0].macroF1]
      }[0])
    let slow = bootstrap.interval(rows: labels.count) { rows in
      ConfusionMatrix(
        labels: rows.map { labels[$0] }, predictions: rows.map { predictions[$0] }, classCount: 5
      ).macroF1
    }
    #expect(fast == slow)
    let again = Bootstrap(random: RandomStream(seed: 9), count: 300)
    #expect(again.draw(7, of: 50) == bootstrap.draw(7, of: 50))
    #expect(bootstrap.draw(7, of: 50) != bootstrap.draw(8, of: 50))
    let other = Bootstrap(random: RandomStream(seed: 10), count: 300).intervals(
      labels: labels, predictions: [predictions], classCount: 5
    ) { [$0[0].macroF1] }[0]
    #expect(fast != other)
  }

  @Test("of a share the ends are near those of the binomial distribution")
  func nearWilson() throws {
    let labels = [Int](repeating: 0, count: 1000)
    let predictions = (0..<1000).map { $0 < 640 ? 0 : 1 }
    let interval = try #require(
      Bootstrap(random: RandomStream(seed: 1), count: 2000).intervals(
        labels: labels, predictions: [predictions], classCount: 2
      ) { [$0[0].accuracy] }[0])
    let wilson = ProportionInterval(successes: 640, of: 1000)
    #expect(interval.estimate == 0.64 && interval.draws == 2000)
    expectClose([interval.low, interval.high], [wilson.low, wilson.high], absolute: 0.004)
  }

  @Test("draws without the figure are left out, and a figure that the rows lack has no interval")
  func undefined() throws {
    // One row in ten is of class 1: about a third of the draws have none.
    let labels = [1] + [Int](repeating: 0, count: 9)
    let bootstrap = Bootstrap(random: RandomStream(seed: 2), count: 500)
    let found = bootstrap.intervals(labels: labels, predictions: [labels], classCount: 3) {
      counts in
      [1, 2].map { counts[0].support[$0] > 0 ? counts[0].recall($0) : nil }
    }
    let known = try #require(found[0])
    #expect(known.low == 1 && known.high == 1)
    #expect((260...400).contains(known.draws), "\(known.draws)")
    #expect(found[1] == nil)
    #expect(bootstrap.interval(rows: 3) { _ in nil } == nil)
  }

  @Test("a difference holds zero where two models are equal, and does not where they are not")
  func differences() throws {
    let (labels, predictions) = Self.answers(900, classes: 7, seed: 5)
    let worse = predictions.enumerated().map { $0 % 4 == 0 ? 6 - $1 : $1 }
    func difference(_ second: [Int]) throws -> BootstrapInterval {
      try #require(
        Bootstrap(random: RandomStream(seed: 4)).intervals(
          labels: labels, predictions: [predictions, second], classCount: 7
        ) { [$0[1].accuracy - $0[0].accuracy] }[0])
    }
    let same = try difference(predictions)
    #expect(same.low == 0 && same.high == 0 && same.holdsZero)
    let less = try difference(worse)
    #expect(less.high < 0 && !less.holdsZero && less.estimate < -0.05)
  }

  @Test("2,000 draws from 3,589 rows of seven classes take well under a second")
  func speed() {
    let (labels, answers) = Self.answers(3589, classes: 7, seed: 1)
    let predictions = Predictions(
      classes: (0..<7).map { "class \($0)" }, rows: Array(labels.indices), labels: labels,
      probabilities: Tensor(
        [3589, 7], answers.flatMap { answer in (0..<7).map { $0 == answer ? 1 : 0 } }))
    var found: MetricIntervals?
    let time = ContinuousClock().measure {
      found = predictions.intervals(Bootstrap(random: RandomStream(seed: 1), count: 2000))
    }
    #expect(found?.accuracy.draws == 2000)
    #expect(time < .seconds(1), "\(time)")
    print("2,000 bootstrap draws of 3,589 rows: \(time)")
  }
}
