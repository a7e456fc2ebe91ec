import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Explainers

@Suite("Standard errors of a surrogate's weights") struct StandardErrorTests {
  private static let parts = 12

  /// A network of parts that work together in twos and threes, so that no linear model fits.
  private static let network: @Sendable (Masks, Int) -> Double = { masks, sample in
    let numbers: [Double] = randomNumbers(3 * parts, seed: 77)
    var z = [Double](repeating: 0, count: parts)
    masks.forEachShown(in: sample) { z[$0] = 1 }
    var sum = 0.0
    for i in 0..<parts {
      let (j, k) = ((i + 1) % parts, (i + 5) % parts)
      sum += numbers[i] * z[i] + 1.5 * numbers[parts + i] * z[i] * z[j]
      sum += 2 * numbers[2 * parts + i] * z[i] * z[j] * z[k]
    }
    return 1 / (1 + exp(-sum))
  }

  private static func fit(
    samples: Int, pairs: Bool, seed: UInt64, penalty: Double = 1, leavingOut left: Set<Int> = []
  ) throws -> (weights: [Double], errors: [Double]) {
    let all = Masks(samples: samples, parts: parts, pairs: pairs, random: RandomStream(seed: seed))
    let masks = all.selecting((0..<samples).filter { !left.contains($0) })
    let ridge = try WeightedRidge(
      masks, sampleWeights: LocalityKernel(width: 0.35).weights(of: masks), penalty: penalty)
    let targets = (0..<masks.samples).map { network(masks, $0) }
    let model = ridge.solve(targets)
    let residuals = ridge.residuals(of: targets, model.weights, try #require(model.fit).intercept)
    return (model.weights, ridge.standardErrors(residuals: [residuals], pairs: pairs)[0])
  }

  @Test(
    "they are the jackknife: what refitting without each sample or pair gives",
    arguments: [(true, 61), (true, 60), (false, 40)])
  func jackknife(pairs: Bool, samples: Int) throws {
    for penalty in [1, 1e-3] {
      let whole = try Self.fit(samples: samples, pairs: pairs, seed: 3, penalty: penalty)
      let groups = stride(from: 1, to: samples, by: pairs ? 2 : 1).map { start in
        Set(start..<min(samples, start + (pairs ? 2 : 1)))
      }
      let changes = try groups.map { group in
        let without = try Self.fit(
          samples: samples, pairs: pairs, seed: 3, penalty: penalty, leavingOut: group)
        return zip(whole.weights, without.weights).map { $0 - $1 }
      }
      let count = Double(groups.count)
      let expected = (0..<Self.parts).map { part -> Double in
        let mean = changes.reduce(0) { $0 + $1[part] } / count
        let spread = changes.reduce(0) { $0 + ($1[part] - mean) * ($1[part] - mean) }
        return (spread * (count - 1) / count).squareRoot()
      }
      expectClose(whole.errors, expected, relative: 1e-8, "pairs \(pairs), penalty \(penalty)")
    }
  }

  @Test("they predict how far weights stray from seed to seed", arguments: [true, false])
  func spread(pairs: Bool) throws {
    let seeds = 300
    let fits = try (0..<seeds).map {
      try Self.fit(samples: 401, pairs: pairs, seed: UInt64(1000 + $0))
    }
    // The root of mean squares over all parts: what is predicted against what happens.
    var (predicted, found) = (0.0, 0.0)
    for part in 0..<Self.parts {
      let weights = fits.map { $0.weights[part] }
      let mean = weights.reduce(0, +) / Double(seeds)
      found += weights.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(seeds - 1)
      predicted += fits.reduce(0) { $0 + $1.errors[part] * $1.errors[part] } / Double(seeds)
    }
    let ratio = (predicted / found).squareRoot()
    #expect(ratio > 0.93 && ratio < 1.12, "\(ratio) times the spread, pairs \(pairs)")
    #expect(found > 1e-5)
  }

  @Test("pairs looked at as if independent would be wrong by far")
  func clusters() throws {
    let masks = Masks(samples: 801, parts: 6, pairs: true, random: RandomStream(seed: 5))
    // Even in the complement: the two of a pair have equal answers, whose pulls cancel.
    let targets = (0..<801).map { sample -> Double in
      masks.shows(0, in: sample) == masks.shows(1, in: sample) ? 1 : 0
    }
    let ridge = try WeightedRidge(
      masks, sampleWeights: [Double](repeating: 1, count: 801), penalty: 1e-6)
    let model = ridge.solve(targets)
    let residuals = [ridge.residuals(of: targets, model.weights, try #require(model.fit).intercept)]
    let paired = ridge.standardErrors(residuals: residuals, pairs: true)[0]
    let single = ridge.standardErrors(residuals: residuals, pairs: false)[0]
    #expect(zip(paired, single).allSatisfy { $0 < 0.1 * $1 })
  }

  @Test("a linear network leaves no error; samples too few to tell leave infinite ones")
  func extremes() throws {
    let masks = Masks(samples: 100, parts: 5, pairs: true, random: RandomStream(seed: 1))
    let weights = [Double](repeating: 1, count: 100)
    let ridge = try WeightedRidge(masks, sampleWeights: weights, penalty: 1e-9)
    let zeros = [[Double](repeating: 0, count: 100)]
    #expect(ridge.standardErrors(residuals: zeros, pairs: true) == [[0, 0, 0, 0, 0]])
    // Only one sample tells what part 2 does.
    let few = Masks(
      samples: 5, parts: 3,
      isShown: [
        true, true, true, true, true, false, false, true, true, true, false, true, false, false,
        true,
      ])
    let tight = try WeightedRidge(
      few, sampleWeights: [1, 1, 1, 1, 1], penalty: 0)
    let errors = tight.standardErrors(residuals: [[0, 0, 0, 0, 0]], pairs: false)
    #expect(errors[0].allSatisfy { $0 == .infinity })
  }
}
