import TensorCore
import TestSupport
import Testing

@testable import Explainers

@Suite("RISE") struct RISETests {
  private static let parts: Segmentation = .pixels(width: 12, height: 16)
  private static let image = Tensor([16, 12, 1], repeating: 1)

  private func explain(
    _ network: BlackBox, seed: UInt64 = 1, _ change: (inout RISE) -> Void = { _ in }
  ) throws -> Explanation {
    var method = RISE()
    method.baseline = .value(0)
    change(&method)
    return try method.explain(
      Self.image, Self.parts, of: network, random: RandomStream(seed: seed))
  }

  @Test("weights are the paper's map, normalised by pixel and centred, from the masks it was asked")
  func formula() throws {
    // On white over black the pictures are the masks.
    var (asked, answers) = ([[Float]](), [Float]())
    let network = BlackBox { pictures in
      let rows = (0..<pictures.shape[0]).map { pictures.rows($0..<$0 + 1).elements }
      asked += rows
      let said = rows.map { $0[5] * $0[40] }
      answers += said
      return Tensor([rows.count, 2], said.flatMap { [$0, 0.25] })
    }
    let found = try explain(network) { ($0.samples, $0.batchSize) = (60, 17) }
    #expect(asked.count == 60 && found.samples == 60)
    #expect(asked[0].allSatisfy { $0 == 1 })
    let mean = answers[1...].reduce(0.0) { $0 + Double($1) } / 59
    let expected = (0..<192).map { pixel in
      var (sum, shown) = (0.0, 0.0)
      for sample in 1..<60 {
        sum += Double(answers[sample]) * Double(asked[sample][pixel])
        shown += Double(asked[sample][pixel])
      }
      return sum / shown - mean
    }
    expectClose(found.classes[0].weights, expected, absolute: 1e-12)
    expectClose(
      found.classes[1].weights, expected.map { _ in 0.0 }, absolute: 1e-12,
      "a class whose probability never changes has no map")
    expectClose(found.probabilities, [1, 0.25], absolute: 0)
  }

  @Test("masks show the share they are to show, in soft cells, and depend on seed and number alone")
  func masks() {
    for share in [0.3, 0.5] as [Float] {
      let masks = SoftMasks(
        height: 20, width: 31, cells: 5, shownShare: share, random: RandomStream(seed: 4))
      let all = masks.masks(0..<3000)
      let levels = all.elements
      #expect(levels.allSatisfy { $0 >= 0 && $0 <= 1 } && levels[..<620].allSatisfy { $0 == 1 })
      var means = [Double](repeating: 0, count: 620)
      for sample in 1..<3000 {
        for pixel in 0..<620 { means[pixel] += Double(levels[sample * 620 + pixel]) / 2999 }
      }
      // Five standard deviations of a coin thrown 2999 times.
      expectClose(means, means.map { _ in Double(share) }, absolute: 5 * 0.5 / 2999.0.squareRoot())
      #expect(masks.masks(70..<90).elements.elementsEqual(levels[70 * 620..<90 * 620]))
      // Between neighbours a cell of 4 rows and 7 columns changes by a sixth at most.
      let row = levels[620 * 9 + 5 * 31..<620 * 9 + 6 * 31]
      #expect(zip(row, row.dropFirst()).allSatisfy { abs($0 - $1) <= 1 / 5 })
    }
  }

  @Test("errors are what other masks would change") func errors() throws {
    let network = BlackBox { pictures in
      Tensor(
        [pictures.shape[0], 1],
        (0..<pictures.shape[0]).map { pictures[$0, 2, 2, 0] * pictures[$0, 9, 8, 0] })
    }
    let draws = try (1...80).map {
      try explain(network, seed: UInt64($0)) { $0.samples = 300 }.classes[0]
    }
    var (close, all) = (0, 0)
    for pixel in stride(from: 0, to: 192, by: 7) {
      let values = draws.map { $0.weights[pixel] }
      let mean = values.reduce(0, +) / 80
      let spread = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 79).squareRoot()
      let error = try draws.reduce(0) {
        $0 + (try #require($1.sampling).standardErrors[pixel]) / 80
      }
      all += 1
      if error > 0.7 * spread, error < 1.6 * spread { close += 1 }
    }
    #expect(close >= all * 9 / 10, "\(close) of \(all)")
    #expect(draws.allSatisfy { ($0.sampling?.splitHalfStability ?? 0) > 0.3 })
  }

  @Test("two pixels in one corner are found; what is shown against the class is negative")
  func corner() throws {
    let network = BlackBox { pictures in
      Tensor(
        [pictures.shape[0], 2],
        (0..<pictures.shape[0]).flatMap { row -> [Float] in
          let lit = pictures[row, 2, 2, 0]
          return [lit, 1 - lit]
        })
    }
    let found = try explain(network)
    let weights = found.classes[0].weights
    let best = weights.indices.max { weights[$0] < weights[$1] } ?? -1
    #expect(abs(best / 12 - 2) <= 1 && abs(best % 12 - 2) <= 1)
    #expect(weights[best] > 0.15 && abs(weights[13 * 12 + 10]) < 0.05)
    expectClose(found.classes[1].weights, weights.map { -$0 }, absolute: 1e-6)
  }

  @Test("the batch size changes nothing, the seed does") func batches() throws {
    let network = OcclusionTests.linear(randomNumbers(192, seed: 3))
    let usual = try explain(network) { $0.samples = 100 }
    for size in [1, 3, 99, 100, 1000] {
      #expect(try explain(network) { ($0.samples, $0.batchSize) = (100, size) } == usual)
    }
    #expect(try explain(network, seed: 2) { $0.samples = 100 } != usual)
  }

  @Test("settings that make no sense are refused before the network is asked") func refused() throws
  {
    func refused(_ name: String, _ change: (inout RISE) -> Void) throws {
      var method = RISE()
      change(&method)
      try expectRefused(name, method)
    }
    try refused("samples") { $0.samples = 2 }
    try refused("samples") { $0.samples = .max }
    try refused("cells") { $0.cells = 1 }
    try refused("cells") { $0.cells = 11 }
    try refused("shown share") { $0.shownShare = 0 }
    try refused("shown share") { $0.shownShare = 1 }
    try refused("shown share") { $0.shownShare = .nan }
    try refused("batch size") { $0.batchSize = 0 }
  }
}
