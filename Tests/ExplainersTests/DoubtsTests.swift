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
      fit: SurrogateFit(
        intercept: 0, r2: r2, localPrediction: 0.5, localError: localError, standardErrors: errors,
        splitHalfStability: stability)
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

  @Test("weights that nobody would read need not be known well")
  func tiny() {
    #expect(Self.doubts(weights: [1e-4, 0, 0], stability: -1).isEmpty)
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
    #expect(fits.allSatisfy { $0.standardErrors.count == 6 })
    // The first is linear, the second is not, the third never changes.
    #expect(try #require(fits[0].localError) <= 1e-6)
    #expect(fits[0].standardErrors.allSatisfy { $0 <= 1e-6 })
    #expect(try #require(fits[0].splitHalfStability) > 0.5)
    expectClose(
      [try #require(fits[1].localError)], [abs(fits[1].localPrediction - 1)], absolute: 1e-12)
    #expect(fits[1].standardErrors.contains { $0 > 1e-3 } && fits[1].r2 < 0.9)
    #expect(found.classes[0].doubts.isEmpty && found.classes[2].doubts.isEmpty)
    #expect(!found.classes[1].doubts.isEmpty)
  }
}
