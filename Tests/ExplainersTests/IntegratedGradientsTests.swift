import Foundation
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@testable import Explainers

@Suite("Integrated gradients") struct IntegratedGradientsTests {
  @Test("weights are those of PyTorch at the same points", arguments: try GradientGolden.load())
  func pyTorch(golden: GradientGolden.Case) throws {
    var method = IntegratedGradients()
    (method.steps, method.baseline) = (golden.steps, .value(golden.baseline))
    method.followsAnswer = false
    let found = try method.explain(
      golden.image, golden.parts, of: golden.network, random: RandomStream(seed: 1))
    #expect(found.samples == 1 + 65 + golden.steps)
    for index in 0..<golden.classes {
      expectClose(found.classes[index].weights, golden.integrated[index], relative: 1e-4)
      let completeness = try #require(found.classes[index].completeness)
      expectClose(
        [completeness.expected, completeness.sum],
        [
          golden.probabilities[index] - golden.baseline_probabilities[index],
          golden.integrated[index].reduce(0, +),
        ], absolute: 1e-5)
    }
  }

  @Test("weights add up to f(x) - f(baseline), the nearer the more steps") func completeness()
    throws
  {
    for golden in try GradientGolden.load() {
      func worst(_ steps: Int) throws -> Double {
        var method = IntegratedGradients()
        (method.steps, method.baseline) = (steps, .value(golden.baseline))
        let found = try method.explain(
          golden.image, golden.parts, of: golden.network, random: RandomStream(seed: 1))
        return try found.classes.reduce(0) { max($0, try #require($1.completeness).gap) }
      }
      #expect(try worst(1000) <= 5e-4)
      #expect(try worst(64) <= 1e-2)
      #expect(try worst(1) > worst(1000))
    }
  }

  @Test("of a smooth network few points are exact") func smooth() throws {
    let model = try NetworkGradientsTests.smoothNetwork(seed: 7)
    let image = Tensor([6, 4, 2], randomNumbers(48, seed: 2))
    var method = IntegratedGradients()
    (method.steps, method.baseline, method.followsAnswer) = (20, .value(0), false)
    let found = try method.explain(
      image, .grid(width: 4, height: 6, rows: 2, columns: 2),
      of: OpenNetwork(members: [NetworkMember(model: model)]), random: RandomStream(seed: 1))
    #expect(found.classes.count == 4)
    for explained in found.classes {
      let completeness = try #require(explained.completeness)
      #expect(completeness.gap <= 2e-6 && abs(completeness.expected) > 1e-3)
      expectClose([explained.weights.reduce(0, +)], [completeness.sum], absolute: 0)
    }
  }

  @Test(
    "noise: the seed decides, copies are averaged, and their mean is what the weights add up to")
  func smoothGrad() throws {
    let golden = try #require(try GradientGolden.load().first)
    func explain(_ seed: UInt64, copies: Int, steps: Int = 40) throws -> Explanation {
      var settings = ExplainerSettings()
      (settings.noise, settings.copies, settings.steps) = (0.1, copies, steps)
      settings.baseline = .value(golden.baseline)
      return try IntegratedGradients(settings).explain(
        golden.image, golden.parts, of: golden.network, random: RandomStream(seed: seed))
    }
    let found = try explain(1, copies: 4)
    #expect(found.samples == 1 + 4 * (65 + 40))
    #expect(try found == explain(1, copies: 4))
    #expect(try found != explain(2, copies: 4))
    for explained in found.classes {
      #expect(try #require(explained.completeness).gap <= 1e-2)
    }
    // Copy j depends on the seed and j alone: four are the mean of each alone.
    let network = try golden.network
    let levels = golden.image.elements
    let range = (levels.max() ?? 0) - (levels.min() ?? 0)
    var mean = [Double](repeating: 0, count: golden.shape[0] * golden.shape[1])
    var copies: [[Double]] = []
    for copy in 0..<4 {
      var random = RandomStream(seed: 1).substream(copy)
      let noisy = Tensor(golden.image.shape, levels.map { $0 + 0.1 * range * random.normal() })
      var method = IntegratedGradients()
      (method.steps, method.baseline) = (40, .value(golden.baseline))
      let alone = try method.explain(
        noisy, golden.parts, of: network, random: RandomStream(seed: 9))
      for (pixel, weight) in alone.classes[1].weights.enumerated() { mean[pixel] += weight / 4 }
      copies.append(alone.classes[1].weights)
    }
    expectClose(found.classes[1].weights, mean, relative: 1e-5)
    // How far the noise decided: the error of a mean of four, and the copies in turns.
    let sampling = try #require(found.classes[1].sampling)
    let errors = mean.indices.map { pixel in
      (copies.reduce(0) { $0 + ($1[pixel] - mean[pixel]) * ($1[pixel] - mean[pixel]) } / 12)
        .squareRoot()
    }
    expectClose(
      sampling.standardErrors, errors, absolute: 1e-4 * (errors.max() ?? 0))
    let halves = [0, 1].map { half in mean.indices.map { copies[half][$0] + copies[half + 2][$0] } }
    expectClose(
      [try #require(sampling.splitHalfStability)],
      [try #require(RankAgreement.spearman(halves[0], halves[1]))], absolute: 1e-3)
    #expect(try explain(1, copies: 1).classes[1].sampling == nil)
    // The picture itself is what the probabilities are of.
    expectClose(found.probabilities, golden.probabilities, absolute: 1e-5)
  }

  @Test("settings: nil leaves the choice to the method; noise takes fewer points a copy")
  func settings() {
    #expect(IntegratedGradients(ExplainerSettings()).steps == IntegratedGradients().steps)
    var settings = ExplainerSettings()
    settings.noise = 0.15
    #expect(IntegratedGradients(settings).steps == 16)
    settings.steps = 9
    #expect(IntegratedGradients(settings).steps == 9)
  }

  @Test("settings that make no sense are refused before the network is asked") func refused() throws
  {
    func refused(_ name: String, _ change: (inout IntegratedGradients) -> Void) throws {
      var method = IntegratedGradients()
      change(&method)
      try expectRefused(name, method)
    }
    try refused("steps") { $0.steps = 0 }
    try refused("steps") { $0.steps = .max }
    try refused("noise") { $0.noise = -0.1 }
    try refused("noise") { $0.noise = .nan }
    try refused("copies") { $0.copies = 0 }
  }

  @Test("points follow the answer: where it jumps they are close, and the weights are the widths")
  func placement() {
    // Nothing happens but between 0.75 and 0.875, where class 1 takes over.
    let answers = (0...16).map { place -> [Double] in
      let share = min(1, max(0, (Double(place) - 12) / 2))
      return [1 - share, share]
    }
    for count in [1, 3, 4, 7, 64, 65] {
      let path = PathPoints(count, following: answers)
      #expect(path.points.count == count && path.weights.count == count)
      #expect(path.points == path.points.sorted() && path.weights.allSatisfy { $0 > 0 })
      #expect(path.points.allSatisfy { $0 > 0 && $0 < 1 })
      // Straight lines are integrated exactly, wherever the points are.
      expectClose(
        [path.weights.reduce(0, +), zip(path.points, path.weights).reduce(0) { $0 + $1.0 * $1.1 }],
        [1, 0.5], absolute: 1e-12, "\(count) points")
    }
    let path = PathPoints(64, following: answers)
    let inside = path.points.count { $0 > 0.75 && $0 < 0.875 }
    #expect((48...52).contains(inside))
    let still = PathPoints(8, following: [[0.5], [0.5], [0.5]])
    expectClose(still.points.map { 1 - $0 }.reversed(), still.points, absolute: 1e-12)
    expectClose(
      Array(still.points[..<4]), GaussLegendre(4).points.map { $0 / 2 }, absolute: 1e-12)
  }

  @Test("Gauss and Legendre: known points, and polynomials of degree 2n - 1 exactly")
  func quadrature() {
    let rule = GaussLegendre(2)
    expectClose(
      rule.points, [0.5 - 0.5 / 3.0.squareRoot(), 0.5 + 0.5 / 3.0.squareRoot()], absolute: 1e-15)
    expectClose(rule.weights, [0.5, 0.5], absolute: 1e-15)
    expectClose(GaussLegendre(1).points + GaussLegendre(1).weights, [0.5, 1], absolute: 1e-15)
    for count in [1, 2, 3, 7, 16, 64, 513] {
      let rule = GaussLegendre(count)
      #expect(rule.points == rule.points.sorted() && Set(rule.points).count == count)
      #expect(rule.points.allSatisfy { $0 > 0 && $0 < 1 } && rule.weights.allSatisfy { $0 > 0 })
      let powers = [0, 1, count, 2 * count - 1]
      let sums = powers.map { power in
        zip(rule.points, rule.weights).reduce(0) { $0 + $1.1 * pow($1.0, Double(power)) }
      }
      expectClose(sums, powers.map { 1 / Double($0 + 1) }, absolute: 1e-13, "\(count) points")
    }
  }
}
