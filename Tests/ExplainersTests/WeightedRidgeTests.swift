import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Explainers

/// What `Golden/make_lime.py` wrote: masks, targets and scikit-learn's answers.
struct GoldenLIME: Decodable {
  struct Model: Decodable {
    var coefficients: [Double]
    var intercept, r2, local_prediction: Double
  }
  struct Case: Decodable, CustomTestStringConvertible {
    var name: String
    var samples, parts: Int
    var penalty, width: Double
    var masks: [String]
    var weights: [Double]
    var targets: [[Double]]
    var models: [Model]
    var testDescription: String { name }

    var design: Masks {
      Masks(samples: samples, parts: parts, isShown: masks.joined().map { $0 == "1" })
    }
  }
  var cases: [Case]

  static func load() throws -> [Case] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/lime.json")
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: file)).cases
  }
}

@Suite struct WeightedRidgeTests {
  @Test(
    "kernel weights are those of scikit-learn's cosine distance", arguments: try GoldenLIME.load())
  func kernel(golden: GoldenLIME.Case) {
    let weights = LocalityKernel(width: golden.width).weights(of: golden.design)
    #expect(weights[0] == 1)
    expectClose(weights, golden.weights, relative: 1e-12, golden.name)
    // Element by element, too: far masks have small weights.
    expectClose(
      zip(weights, golden.weights).map { $0 / $1 }, weights.map { _ in 1.0 }, absolute: 1e-9)
  }

  @Test(
    "coefficients, intercept and R² equal scikit-learn's ridge", arguments: try GoldenLIME.load())
  func matchesScikitLearn(golden: GoldenLIME.Case) throws {
    let ridge = try WeightedRidge(
      golden.design, sampleWeights: golden.weights, penalty: golden.penalty)
    #expect(golden.models.count == 3)
    for (targets, model) in zip(golden.targets, golden.models) {
      let solved = ridge.solve(targets)
      let fit = try #require(solved.fit)
      expectClose(solved.weights, model.coefficients, relative: 1e-9, absolute: 1e-14, golden.name)
      expectClose(
        [fit.intercept, fit.r2, fit.localPrediction],
        [model.intercept, model.r2, model.local_prediction], relative: 1e-9, golden.name)
    }
  }

  @Test("the solution is a stationary point of the penalised objective, for many parts")
  func gradientVanishes() throws {
    let (samples, parts, penalty) = (900, 300, 0.5)
    let masks = Masks(samples: samples, parts: parts, random: RandomStream(seed: 3))
    let weights = LocalityKernel(width: 0.25).weights(of: masks)
    let targets: [Double] = randomNumbers(samples, seed: 4)
    let solved = try WeightedRidge(masks, sampleWeights: weights, penalty: penalty)
      .solve(targets)
    let fit = try #require(solved.fit)
    // Half the gradient: Σ π z (y - b - z·β) - penalty β for β, Σ π (y - b - z·β) for b.
    var gradient = solved.weights.map { -penalty * $0 } + [0]
    for sample in 0..<samples {
      let shown = masks.shown(in: sample)
      let answer = shown.reduce(fit.intercept) { $0 + solved.weights[$1] }
      let pull = weights[sample] * (targets[sample] - answer)
      for part in shown { gradient[part] += pull }
      gradient[parts] += pull
    }
    expectClose(gradient, gradient.map { _ in 0.0 }, absolute: 1e-10)
    #expect(solved.weights.contains { abs($0) > 1e-3 })
  }

  @Test(
    "a target that never changes has no weights and R² 1; one that is explained by nothing has 0")
  func constantTargets() throws {
    let masks = Masks(samples: 50, parts: 4, random: RandomStream(seed: 1))
    let weights = LocalityKernel(width: 0.25).weights(of: masks)
    let ridge = try WeightedRidge(masks, sampleWeights: weights, penalty: 1)
    for value in [0.0, 0.1, 1] {
      let solved = ridge.solve([Double](repeating: value, count: 50))
      let fit = try #require(solved.fit)
      #expect(fit.r2 == 1)
      expectClose(solved.weights, [0, 0, 0, 0], absolute: 1e-15)
      expectClose([fit.intercept, fit.localPrediction], [value, value], absolute: 1e-14)
    }
    // So strong a penalty leaves the mean alone, which explains nothing.
    let mean = try WeightedRidge(masks, sampleWeights: weights, penalty: 1e12)
      .solve(randomNumbers(50))
    expectClose([try #require(mean.fit).r2], [0.0], absolute: 1e-9)
  }

  @Test("masks that leave weights undetermined are refused at penalty 0 and solved above it")
  func singular() throws {
    // Parts 0 and 1 always go together.
    let flags = [
      [true, true, true], [false, false, true], [true, true, false], [false, false, false],
    ]
    let masks = Masks(samples: 8, parts: 3, isShown: (flags + flags).flatMap { $0 })
    let weights = [Double](repeating: 1, count: 8)
    #expect(throws: ExplanationError.undetermined(part: 1, samples: 8, parts: 3)) {
      _ = try WeightedRidge(masks, sampleWeights: weights, penalty: 0)
    }
    let solved = try WeightedRidge(masks, sampleWeights: weights, penalty: 1e-6)
      .solve([3, 1, 2, 0, 3, 1, 2, 0])
    expectClose(solved.weights, [1, 1, 1], absolute: 1e-5)
  }
}
