import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Explainers

/// What `Golden/make_lime_package.py` wrote: a picture, superpixels, and what the Python package
/// `lime` made of them.
struct GoldenPackage: Decodable {
  struct Model: Decodable {
    var weights: [Double]
    var intercept, r2, local_prediction: Double
  }
  struct Case: Decodable, CustomTestStringConvertible {
    var name, metric: String
    var width: Double
    var hide_color: Float?
    var masks: [String]
    var distances: [Double]
    var predictions: [[Double]]
    var models: [Model]
    var testDescription: String { name }
  }
  var height, width, channels: Int
  var levels: [Float]
  var labels: [Int]
  var cases: [Case]

  static func load() throws -> GoldenPackage {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/lime_package.json")
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
  }

  var image: Tensor { Tensor([height, width, channels], levels) }
  var segmentation: Segmentation { Segmentation(width: width, height: height, labels: labels) }

  /// The formula of `network` in the script.
  static func probabilities(of pictures: Tensor) -> Tensor {
    let count = pictures.shape[0]
    let size = pictures.count / count
    let levels = pictures.elements
    let answers = (0..<count).flatMap { row -> [Float] in
      let flat = levels[row * size..<(row + 1) * size].map { Double($0) / 255 }
      let (a, b, c) = (projection(flat, 1), projection(flat, 2), projection(flat, 3))
      let logits = [a, 2 * tanh(b), a * c / 4]
      let largest = logits.max() ?? 0
      let e = logits.map { exp($0 - largest) }
      let total = e.reduce(0, +)
      return e.map { Float($0 / total) }
    }
    return Tensor([count, 3], answers)
  }

  private static func projection(_ flat: [Double], _ k: Double) -> Double {
    flat.enumerated().reduce(0) { $0 + $1.element * sin(0.37 * Double($1.offset) * k + 0.1) } / 8
  }
}

@Suite("LIME against the Python package lime") struct LIMEPackageTests {
  @Test(
    "same superpixels and masks: same distances, predictions, weights, R²",
    arguments: try GoldenPackage.load().cases)
  func package(golden: GoldenPackage.Case) throws {
    let package = try GoldenPackage.load()
    let parts = package.segmentation.count
    let masks = Masks(
      samples: golden.masks.count, parts: parts, isShown: golden.masks.joined().map { $0 == "1" })
    let distance = try #require(MaskDistance(rawValue: golden.metric))
    expectClose(
      (0..<masks.samples).map { distance.distance(shown: masks.shownCount(in: $0), of: parts) },
      golden.distances, absolute: 1e-12, golden.name)

    var lime = LIME()
    lime.distance = distance
    // The package takes the root of the kernel.
    lime.kernelWidth = 2.0.squareRoot() * golden.width
    lime.baseline = golden.hide_color.map { .value($0) } ?? .partMean
    let targets = try PartialPictures(
      package.image, package.segmentation, hiddenBy: lime.baseline
    ).answers(
      to: masks, of: BlackBox(GoldenPackage.probabilities), batchSize: 64, progress: { _ in })
    for (index, found) in targets.enumerated() {
      expectClose(found, golden.predictions.map { $0[index] }, absolute: 1e-6, golden.name)
    }
    let explanation = try lime.explain(
      SampledAnswers(masks: masks, targets: targets, pairs: false), package.segmentation)
    #expect(explanation.classes.count == golden.models.count && golden.models.count == 3)
    for (found, model) in zip(explanation.classes, golden.models) {
      let fit = try #require(found.fit)
      // Float predictions against Double ones; the goal is 1e-4.
      expectClose(found.weights, model.weights, absolute: 1e-6, golden.name)
      expectClose(
        [fit.intercept, fit.localPrediction], [model.intercept, model.local_prediction],
        absolute: 1e-5, golden.name)
      expectClose([fit.r2], [model.r2], absolute: 1e-4, golden.name)
    }
  }

  @Test("the usual width of the cosine is that of the package")
  func usualWidth() {
    #expect(LIME().width(parts: 50) == 2.0.squareRoot() * 0.25)
    var lime = LIME()
    lime.distance = .euclidean
    expectClose([lime.width(parts: 32)], [6.0], absolute: 1e-12)
    lime.kernelWidth = 2
    #expect(lime.width(parts: 32) == 2)
  }
}
