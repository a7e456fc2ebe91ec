import Datasets
import Explainers
import Foundation
import Imaging
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@testable import Mien

/// Explanations of the network that comes with Mien, of drawn faces.
@Suite("Explained faces") struct ExplainedFaceTests {
  static func released() throws -> Predictor {
    try Predictor(
      Checkpoint(at: Project.root.appendingPathComponent(Checkpoint.released)))
  }

  static func face(_ index: Int) throws -> GrayImage {
    try SyntheticFaces(seed: 8).image(of: index)
  }

  @Test(
    "integrated gradients and Shapley values share out what the network says", arguments: [0, 3])
  func completeness(index: Int) throws {
    let predictor = try Self.released()
    let shap = try FaceExplainer(predictor, method: KernelSHAP()).explain(
      try Self.face(index), random: RandomStream(seed: 1))
    let few = try FaceExplainer(predictor, method: KernelSHAP(), segments: .grid, parts: 9).explain(
      try Self.face(index), random: RandomStream(seed: 1))
    #expect(shap.segmentation.count > 12 && few.segmentation.count == 9)
    let gradients = try FaceExplainer(predictor, method: IntegratedGradients()).explain(
      try Self.face(index), random: RandomStream(seed: 1))
    // Shapley values are exact; an integral over a released network's kinks is not, and its error is
    // another for other weights (docs/derivations/explainers.md).
    for (explanation, bound) in [(shap, 1e-4), (few, 1e-4), (gradients, 0.05)] {
      for explained in explanation.classes {
        let completeness = try #require(explained.completeness)
        #expect(completeness.gap <= bound, "\(explanation.method)")
        expectClose([explained.weights.reduce(0, +)], [completeness.sum], absolute: 1e-12)
      }
      // What one class gains the others lose.
      expectClose(
        [explanation.classes.reduce(0) { $0 + $1.weights.reduce(0, +) }], [0.0], absolute: 1e-3)
    }
  }

  @Test("several views of a face: gradient methods say what to do instead") func views() throws {
    let predictor = try Predictor(
      Checkpoint(at: Project.root.appendingPathComponent(Checkpoint.released)), views: .flip)
    for method in [GradCAM() as any Explainer, IntegratedGradients()] {
      let error = #expect(throws: ExplanationError.self) {
        try FaceExplainer(predictor, method: method).explain(
          try Self.face(1), random: RandomStream(seed: 1))
      }
      #expect(error?.description.contains("without averaging views") == true)
    }
  }
}
