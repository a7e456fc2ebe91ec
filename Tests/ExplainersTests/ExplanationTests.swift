import TensorCore
import TestSupport
import Testing

@testable import Explainers

@Suite("Explanations") struct ExplanationTests {
  static func explanation(_ segmentation: Segmentation, _ weights: [Double]) -> Explanation {
    Explanation(
      method: "test", segmentation: segmentation, samples: 1, probabilities: [0.5, 0.5],
      classes: [ClassExplanation(weights: weights), ClassExplanation(weights: weights.map { -$0 })])
  }

  @Test("pixels' weights are added up within each part of another segmentation") func pixels() {
    let found = Self.explanation(.pixels(width: 3, height: 2), [1, 2, 3, 4, 5, 6])
    let halves = Segmentation(width: 3, height: 2, labels: [0, 1, 1, 0, 1, 1])
    expectClose(found.weights(over: halves, ofClass: 0), [5, 16], absolute: 1e-12)
    expectClose(found.weights(over: halves, ofClass: 1), [-5, -16], absolute: 1e-12)
  }

  @Test("a part's weight is shared evenly by its pixels, and the sum stays") func parts() throws {
    let halves = Segmentation(width: 4, height: 1, labels: [0, 0, 0, 1])
    let found = Self.explanation(halves, [0.3, 0.8])
    #expect(found.weights(over: halves, ofClass: 0) == [0.3, 0.8])
    let other = Segmentation(width: 4, height: 1, labels: [0, 0, 1, 1])
    expectClose(found.weights(over: other, ofClass: 0), [0.2, 0.9], absolute: 1e-12)
    expectClose(
      found.weights(over: .pixels(width: 4, height: 1), ofClass: 0), [0.1, 0.1, 0.1, 0.8],
      absolute: 1e-12)
  }
}
