import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Explainers

@Suite("KernelSHAP") struct KernelSHAPTests {
  /// A game with interactions of every order, and what it is worth to each coalition.
  static func game(_ parts: Int, seed: UInt64) -> ([Bool]) -> Double {
    let single: [Double] = randomNumbers(parts, seed: seed)
    let pair: [Double] = randomNumbers(parts, seed: seed + 1)
    return { isShown in
      var sum = 0.1
      for part in 0..<parts where isShown[part] {
        sum += single[part]
        if isShown[(part + 1) % parts] { sum += pair[part] }
      }
      return tanh(sum / 3)
    }
  }

  static func members(_ coalition: Int, _ parts: Int) -> [Bool] {
    (0..<parts).map { coalition >> $0 & 1 == 1 }
  }

  static func row(_ parts: Int) throws -> Segmentation {
    try .grid(width: parts, height: 2, rows: 1, columns: parts)
  }

  static func explain(
    _ parts: Int, samples: Int? = nil, seed: UInt64 = 1, batchSize: Int = 128,
    _ games: [([Bool]) -> Double]
  ) throws -> Explanation {
    let segmentation = try row(parts)
    var method = KernelSHAP()
    (method.samples, method.baseline, method.batchSize) = (samples, .value(0), batchSize)
    return try method.explain(
      LIMETests.picture(segmentation), segmentation,
      of: BlackBox(LIMETests.model(segmentation) { shown in games.map { Float($0(shown)) } }),
      random: RandomStream(seed: seed))
  }

  @Test("exact values are the mean contribution over all orders") func orders() {
    let parts = 5
    let game = Self.game(parts, seed: 3)
    let worth = (0..<32).map { game(Self.members($0, parts)) }
    var (sums, orders) = ([Double](repeating: 0, count: parts), 0.0)
    func walk(_ order: [Int]) {
      if order.count == parts {
        orders += 1
        var coalition = 0
        for part in order {
          sums[part] += worth[coalition | 1 << part] - worth[coalition]
          coalition |= 1 << part
        }
      }
      for part in 0..<parts where !order.contains(part) { walk(order + [part]) }
    }
    walk([])
    #expect(orders == 120)
    expectClose(
      ShapleyValues.exact(worth, parts: parts), sums.map { $0 / orders }, absolute: 1e-12)
  }

  @Test(
    "least squares over every coalition finds the exact values", arguments: [2, 3, 4, 6, 7, 9])
  func regression(parts: Int) throws {
    let game = Self.game(parts, seed: 8)
    let worth = (0..<1 << parts).map { game(Self.members($0, parts)) }
    let coalitions = ShapleyCoalitions(
      parts: parts, pictures: 1 << parts, random: RandomStream(seed: 1))
    #expect(coalitions.masks.samples == (1 << parts) - 2)
    let known = Set((0..<coalitions.masks.samples).map { coalitions.masks.shown(in: $0) })
    #expect(known.count == coalitions.masks.samples)
    let found = try ShapleyRegression(coalitions.masks, weights: coalitions.weights).values(
      (0..<coalitions.masks.samples).map { sample in
        let shown = Set(coalitions.masks.shown(in: sample))
        return game((0..<parts).map(shown.contains))
      }, none: worth[0], all: worth[worth.count - 1])
    expectClose(found, ShapleyValues.exact(worth, parts: parts), absolute: 1e-10)
  }

  @Test("up to 12 parts values are exact for every class, and add up", arguments: [1, 2, 5, 12])
  func exact(parts: Int) throws {
    let games = [Self.game(parts, seed: 1), Self.game(parts, seed: 20)]
    let found = try Self.explain(parts, games)
    #expect(found.samples == 1 << parts && found.method == "kernel-shap")
    for (game, explained) in zip(games, found.classes) {
      let worth = (0..<1 << parts).map { game(Self.members($0, parts)) }
      expectClose(
        explained.weights, ShapleyValues.exact(worth, parts: parts), absolute: 1e-6)
      let completeness = try #require(explained.completeness)
      #expect(completeness.gap <= 1e-12)
      expectClose(
        [completeness.expected], [worth[worth.count - 1] - worth[0]], absolute: 1e-6)
    }
    expectClose(
      found.probabilities, games.map { $0(.init(repeating: true, count: parts)) }, absolute: 1e-6)
  }

  @Test("parts that do nothing get nothing, equal parts get the same") func axioms() throws {
    let found = try Self.explain(6) { shown in
      [shown[1] && shown[4] ? 0.8 : 0.2]
    }
    expectClose(found.classes[0].weights, [0, 0.3, 0, 0, 0.3, 0], absolute: 1e-6)
  }

  @Test(
    "sampled values add up exactly and come near the true ones",
    arguments: [(14, 400, 0.03), (14, 3000, 0.01), (20, 1000, 0.03), (50, 1000, 0.05)])
  func sampled(parts: Int, samples: Int, bound: Double) throws {
    // A sum of games of two neighbours: each gets half of what they win together.
    let single: [Double] = randomNumbers(parts, seed: 4)
    let pair: [Double] = randomNumbers(parts, seed: 5)
    let found = try Self.explain(parts, samples: samples) { shown in
      var sum = 0.0
      for part in 0..<parts where shown[part] {
        sum += single[part] + (shown[(part + 1) % parts] ? pair[part] : 0)
      }
      return [sum]
    }
    #expect(found.samples <= samples && found.samples >= samples - 2)
    let expected = (0..<parts).map {
      single[$0] + (pair[$0] + pair[($0 + parts - 1) % parts]) / 2
    }
    let explained = found.classes[0]
    #expect(try #require(explained.completeness).gap <= 1e-9)
    expectClose([explained.weights.reduce(0, +)], [expected.reduce(0, +)], absolute: 1e-4)
    expectClose(explained.weights, expected, absolute: bound)
  }

  @Test("errors are what other draws would change, and none where nothing was left to chance")
  func errors() throws {
    let parts = 18
    let game = Self.game(parts, seed: 30)
    let draws = try (1...60).map {
      try Self.explain(parts, samples: 400, seed: UInt64($0), [game]).classes[0]
    }
    let spread = (0..<parts).map { part in
      let values = draws.map { $0.weights[part] }
      let mean = values.reduce(0, +) / 60
      return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 59).squareRoot()
    }
    let errors = try draws.map { try #require($0.sampling).standardErrors }
    for part in 0..<parts {
      let mean = errors.reduce(0) { $0 + $1[part] } / 60
      #expect(mean > 0.65 * spread[part] && mean < 1.6 * spread[part], "part \(part)")
    }
    // Halves of twice as many samples agree more.
    let many = try Self.explain(parts, samples: 4000, [game]).classes[0]
    let (few, more) = (
      try #require(draws[0].sampling?.splitHalfStability),
      try #require(many.sampling?.splitHalfStability)
    )
    #expect(few > 0.7 && few < more + 0.02 && more > 0.9, "\(few) \(more)")
    // Where a size has one pair, nothing tells how far that pair decided.
    let scarce = try Self.explain(parts, samples: 60, [game]).classes[0]
    #expect(scarce.sampling?.splitHalfStability == nil)
    #expect(scarce.doubts.contains { $0.hasPrefix("Too few samples") }, "\(scarce.doubts)")
    let exact = try Self.explain(7, [Self.game(7, seed: 2)]).classes[0]
    #expect(exact.sampling?.standardErrors == [Double](repeating: 0, count: 7))
    #expect(exact.sampling?.splitHalfStability == nil)
  }

  @Test("R² is the share of the game that is a sum of its parts, by the Shapley kernel")
  func fit() throws {
    for samples in [nil, 90] {
      let parts = samples == nil ? 6 : 14
      let linear = try Self.explain(
        parts, samples: samples,
        [
          { shown in 0.1 + 0.05 * Double(shown.count { $0 }) },
          { shown in shown[0] != shown[3] ? 0.9 : 0.1 },
        ])
      let fit = try #require(linear.classes[0].fit)
      expectClose([fit.r2], [1], absolute: 1e-6)
      expectClose([fit.intercept, fit.localError ?? 1], [0.1, 0], absolute: 1e-6)
      // That one part or the other is shown is no sum of the two, and adds up to nothing.
      #expect(try #require(linear.classes[1].fit).r2 < 0.3)
      #expect(linear.classes[1].isBlank || !linear.classes[1].doubts.isEmpty)
    }
    // By hand: three parts, the kernel counts each of the six coalitions alike.
    let worth: [Double] = [0, 1, 0, 2, 0, 1, 0, 4]
    let found = try Self.explain(3) { shown in
      [worth[shown.enumerated().reduce(0) { $0 + ($1.element ? 1 << $1.offset : 0) }] / 4]
    }
    let values = ShapleyValues.exact(worth.map { $0 / 4 }, parts: 3)
    let inner = worth[1..<7].map { $0 / 4 }
    let mean = inner.reduce(0, +) / 6
    let spread = inner.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let left = (1..<7).reduce(0.0) { sum, coalition in
      let guess = (0..<3).reduce(0.0) { $0 + (coalition >> $1 & 1 == 1 ? values[$1] : 0) }
      return sum + (worth[coalition] / 4 - guess) * (worth[coalition] / 4 - guess)
    }
    expectClose([try #require(found.classes[0].fit).r2], [1 - left / spread], absolute: 1e-6)
  }

  @Test("a linear game is found exactly from the fewest pictures that are allowed") func linear()
    throws
  {
    let planted: [Double] = randomNumbers(30, seed: 2).map { $0 / 10 }
    let found = try Self.explain(30, samples: ShapleyCoalitions.fewestPictures(parts: 30)) {
      shown in
      [zip(planted, shown).reduce(0.2) { $1.1 ? $0 + $1.0 : $0 }]
    }
    #expect(found.samples <= 62)
    expectClose(found.classes[0].weights, planted, absolute: 1e-5)
  }

  @Test("coalitions come with their complements, and the weights are the Shapley kernel's")
  func coalitions() {
    for (parts, pictures) in [(13, 300), (50, 1000), (7, 100), (24, 50), (31, 400)] {
      let found = ShapleyCoalitions(
        parts: parts, pictures: pictures, random: RandomStream(seed: 2))
      #expect(found.masks.samples <= pictures - 2 && found.masks.samples >= pictures - 4)
      var bySize = [Double](repeating: 0, count: parts + 1)
      var known = Set<[Int]>()
      for sample in 0..<found.masks.samples {
        let shown = found.masks.shown(in: sample)
        #expect(known.insert(shown).inserted)
        bySize[shown.count] += found.weights[sample]
        if sample % 2 == 1 {
          #expect(Set(found.masks.shown(in: sample - 1)).isDisjoint(with: shown))
          #expect(found.masks.shown(in: sample - 1).count + shown.count == parts)
        }
      }
      let kernel = (1..<parts).map { Double(parts - 1) / Double($0 * (parts - $0)) }
      expectClose(Array(bySize[1..<parts]), kernel, absolute: 1e-12, "\(parts) of \(pictures)")
    }
  }

  @Test("the batch size changes nothing; the seed matters where sets are drawn only")
  func batches() throws {
    for (parts, samples) in [(6, 64), (16, 200)] {
      let games = [Self.game(parts, seed: 1)]
      let usual = try Self.explain(parts, samples: samples, games)
      for size in [1, 5, 63, 10_000] {
        #expect(try Self.explain(parts, samples: samples, batchSize: size, games) == usual)
      }
      let other = try Self.explain(parts, samples: samples, seed: 2, games)
      #expect((other == usual) == (parts == 6))
    }
  }

  @Test("settings that make no sense are refused before the network is asked") func refused() throws
  {
    func refused(_ name: String, parts: Int = 12, _ change: (inout KernelSHAP) -> Void) throws {
      var method = KernelSHAP()
      change(&method)
      try expectRefused(name, method, Self.row(parts))
    }
    try refused("samples") { $0.samples = 25 }
    try refused("samples") { $0.samples = -1 }
    try refused("samples", parts: 40) { $0.samples = 81 }
    try refused("samples") { $0.samples = .max }
    try refused("samples", parts: 2) { $0.samples = 3 }
    try refused("batch size") { $0.batchSize = 0 }
  }
}

extension KernelSHAPTests {
  static func explain(
    _ parts: Int, samples: Int? = nil, _ worth: @escaping ([Bool]) -> [Double]
  ) throws -> Explanation {
    try explain(parts, samples: samples, [{ worth($0)[0] }])
  }
}
