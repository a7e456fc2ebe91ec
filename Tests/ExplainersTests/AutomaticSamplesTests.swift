import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Explainers

@Suite("Samples until the weights are known") struct AutomaticSamplesTests {
  private static let parts = 9

  private static func segmentation() throws -> Segmentation {
    try .grid(width: 9, height: 6, rows: 3, columns: 3)
  }

  /// Two classes; parts 2 and 6 speak together, and the more so the larger `bend`.
  private static func network(_ segmentation: Segmentation, bend: Double) -> BlackBox {
    BlackBox(
      LIMETests.model(segmentation) { isShown in
        let z = isShown.map { $0 ? 1.0 : 0 }
        let p = 0.1 + 0.2 * z[1] + 0.1 * z[4] + bend * z[2] * z[6]
        return [Float(1 - p), Float(p)]
      })
  }

  private static func explain(
    _ lime: LIME, bend: Double, progress: (Double) throws -> Void = { _ in }
  ) throws -> Explanation {
    let segmentation = try segmentation()
    return try lime.explain(
      LIMETests.picture(segmentation), segmentation, of: network(segmentation, bend: bend),
      random: RandomStream(seed: 8), progress: progress)
  }

  private static func automatic(_ relative: Double, limit: Int = 3000) -> LIME {
    var lime = LIME()
    (lime.baseline, lime.automaticSamples) = (.value(0), AutomaticSamples())
    lime.automaticSamples?.relativeError = relative
    lime.automaticSamples?.limit = limit
    return lime
  }

  @Test("the bound ends it, and the errors are under it; a smaller bound takes more samples")
  func bound() throws {
    var counts: [Int] = []
    for relative in [0.2, 0.03, 0.02] {
      let found = try Self.explain(Self.automatic(relative), bend: 0.4)
      #expect(found.samplingEnd == .bound)
      let explained = found.classes[found.mostProbable]
      let largest = try #require(explained.weights.map { abs($0) }.max())
      let error = try #require(explained.sampling?.standardErrors.max())
      #expect(error <= relative * largest)
      counts.append(found.samples)
    }
    #expect(counts[0] < counts[1] && counts[1] < counts[2], "\(counts)")
    #expect(counts.allSatisfy { $0 % AutomaticSamples.step == 1 })
  }

  @Test("the limit ends it where the bound cannot be met, and both are said in words")
  func limit() throws {
    let found = try Self.explain(Self.automatic(1e-6, limit: 700), bend: 0.4)
    #expect(found.samples == 700 && found.samplingEnd == .limit)
    #expect(found.samplesInWords == "700 samples, the limit")
    let met = try Self.explain(Self.automatic(0.5), bend: 0.4)
    #expect(met.samplesInWords == "\(met.samples) samples, errors under the bound")
    var fixed = LIME()
    (fixed.samples, fixed.baseline) = (300, .value(0))
    #expect(try Self.explain(fixed, bend: 0.4).samplesInWords == "300 samples")
  }

  @Test("weights of nothing are known at once, although nothing is small beside them")
  func nothing() throws {
    let segmentation = try Self.segmentation()
    var asked = 0
    let found = try Self.automatic(0.01).explain(
      Tensor([6, 9, 1]), segmentation,
      of: BlackBox {
        asked += $0.shape[0]
        return Tensor([$0.shape[0], 2], repeating: 0.5)
      }, random: RandomStream(seed: 1))
    #expect(found.samplingEnd == .bound && found.samples == asked && asked < 500)
  }

  @Test("it finds what as many samples find that were asked for, in any batches, on any threads")
  func independence() throws {
    var lime = Self.automatic(0.05)
    var found = try Self.explain(lime, bend: 0.4)
    for batchSize in [7, 250, 10_000] {
      lime.batchSize = batchSize
      #expect(try Self.explain(lime, bend: 0.4) == found)
    }
    expectSameOnAnyNumber { try? Self.explain(lime, bend: 0.4) }
    var fixed = lime
    (fixed.automaticSamples, fixed.samples) = (nil, found.samples)
    found.samplingEnd = nil
    #expect(try Self.explain(fixed, bend: 0.4) == found)
  }

  @Test("progress grows to the whole")
  func progress() throws {
    var told: [Double] = []
    _ = try Self.explain(Self.automatic(0.03), bend: 0.4) { told.append($0) }
    #expect(told == told.sorted() && told.last == 1 && told.allSatisfy { $0 > 0 && $0 <= 1 })
  }
}
