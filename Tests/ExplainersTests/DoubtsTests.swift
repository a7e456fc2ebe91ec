import TensorCore
import TestSupport
import Testing

@testable import Explainers

@Suite("What is said against a poor explanation") struct DoubtsTests {
  private static func doubts(
    weights: [Double] = [0.2, -0.1, 0], r2: Double = 0.9, localError: Double? = 0.01,
    errors: [Double] = [0.01, 0.01, 0.01], stability: Double? = 0.95
  ) -> [String] {
    ClassExplanation(
      weights: weights,
      fit: SurrogateFit(intercept: 0, r2: r2, localPrediction: 0.5, localError: localError),
      sampling: SamplingErrors(standardErrors: errors, splitHalfStability: stability)
    ).doubts
  }

  @Test("a good one has none, and so has one without a surrogate or measures")
  func none() {
    #expect(Self.doubts().isEmpty)
    #expect(Self.doubts(localError: nil, errors: [], stability: nil).isEmpty)
    #expect(ClassExplanation(weights: [1, 2]).doubts.isEmpty)
  }

  @Test("each measure has its sentence, from its bound on; no number is a doubt")
  func each() {
    let bound = TrustBounds.relativeStandardError * 0.2
    for (found, word) in [
      (Self.doubts(r2: TrustBounds.r2.nextDown), "Low R²"), (Self.doubts(r2: .nan), "Low R²"),
      (Self.doubts(localError: TrustBounds.localError.nextUp), "off the network"),
      (Self.doubts(errors: [0.01, bound.nextUp, 0]), "standard errors up to"),
      (Self.doubts(errors: [0.01, .infinity, 0]), "too few samples"),
      (Self.doubts(stability: TrustBounds.splitHalfStability.nextDown), "two halves"),
      (Self.doubts(stability: -0.4), "-0.40"),
    ] {
      #expect(found.count == 1, "\(found)")
      #expect(found.first?.contains(word) == true, "\(found) without \(word)")
    }
    #expect(Self.doubts(r2: TrustBounds.r2).isEmpty)
    #expect(Self.doubts(localError: TrustBounds.localError).isEmpty)
    #expect(Self.doubts(errors: [bound, 0, 0]).isEmpty)
    #expect(Self.doubts(stability: TrustBounds.splitHalfStability).isEmpty)
    #expect(Self.doubts(r2: 0, localError: 1, errors: [1, 1, 1], stability: 0).count == 4)
  }

  @Test("weights that nobody would read are no explanation, and need not be known well")
  func tiny() {
    let found = Self.doubts(weights: [1e-4, 0, 0], r2: 1, stability: -1)
    #expect(found.count == 1 && found[0].contains("Nothing to see"), "\(found)")
    #expect(Self.doubts(weights: [TrustBounds.leastWeight, 0, 0], errors: [0, 0, 0]).isEmpty)
    // Many small weights that add up to an answer are one.
    let small = [Double](repeating: 1e-4, count: 50)
    #expect(ClassExplanation(weights: small).isBlank)
    let sum = Completeness(expected: 0.005, sum: 0.005)
    #expect(!ClassExplanation(weights: small, completeness: sum).isBlank)
  }

  @Test("weights that ought to add up and do not are a doubt, a small difference is none")
  func sums() {
    func doubts(_ expected: Double, _ sum: Double) -> [String] {
      ClassExplanation(
        weights: [sum / 2, sum / 2], completeness: Completeness(expected: expected, sum: sum)
      ).doubts
    }
    #expect(doubts(0.5, 0.5).isEmpty && doubts(0.5, 0.549).isEmpty && doubts(0.05, 0.069).isEmpty)
    for found in [doubts(0.5, 0.56), doubts(0.05, 0.08), doubts(0.5, -0.5)] {
      #expect(found.count == 1 && found[0].contains("add up"), "\(found)")
    }
    #expect(doubts(0.5, .nan).count == 1)
  }

  @Test("LIME measures each class from the samples of its weights")
  func measured() throws {
    let segmentation = try Segmentation.grid(width: 6, height: 4, rows: 2, columns: 3)
    var lime = LIME()
    (lime.samples, lime.baseline, lime.penalty) = (201, .value(0), 1e-9)
    let found = try lime.explain(
      LIMETests.picture(segmentation), segmentation,
      of: BlackBox(
        LIMETests.model(segmentation) { isShown in
          let z = isShown.map { $0 ? Float(1) : 0 }
          return [0.1 + 0.3 * z[0] + 0.1 * z[3] - 0.05 * z[5], z[1] * z[2] * z[4], 0.25]
        }), random: RandomStream(seed: 2))
    let fits = try found.classes.map { try #require($0.fit) }
    let samplings = try found.classes.map { try #require($0.sampling) }
    #expect(samplings.allSatisfy { $0.standardErrors.count == 6 })
    // The first is linear, the second is not, the third never changes.
    #expect(try #require(fits[0].localError) <= 1e-6)
    #expect(samplings[0].standardErrors.allSatisfy { $0 <= 1e-6 })
    #expect(try #require(samplings[0].splitHalfStability) > 0.5)
    expectClose(
      [try #require(fits[1].localError)], [abs(fits[1].localPrediction - 1)], absolute: 1e-12)
    #expect(samplings[1].standardErrors.contains { $0 > 1e-3 } && fits[1].r2 < 0.9)
    #expect(found.classes[0].doubts.isEmpty)
    #expect(found.classes[2].doubts.count == 1 && found.classes[2].isBlank)
    #expect(!found.classes[1].doubts.isEmpty)
  }
}
