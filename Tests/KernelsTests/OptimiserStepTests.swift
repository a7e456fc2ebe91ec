import TestSupport
import Testing

@testable import Kernels

/// Sizes with and without a rest behind the last sixteen, and more than one thread's share.
private let counts = [1, 15, 16, 33, 1000, 2 * updateGrain + 77]

@Suite("Optimiser steps") struct OptimiserStepTests {
  @Test("gradient descent follows the formula, in Double", arguments: counts)
  func gradientDescent(count: Int) {
    for nesterov in [false, true] {
      var weight: [Float] = randomNumbers(count, seed: 1)
      var velocity: [Float] = randomNumbers(count, seed: 2)
      var expected = (weight: weight.map(Double.init), velocity: velocity.map(Double.init))
      for step in 0..<3 {
        let gradient: [Float] = randomNumbers(count, seed: UInt64(3 + step))
        gradientDescentStep(
          count: count, learningRate: 0.1, momentum: 0.9, nesterov: nesterov, weightDecay: 0.01,
          gradientScale: 0.5, gradient: gradient, weight: &weight, velocity: &velocity)
        expected = Reference.gradientDescentStep(
          learningRate: 0.1, momentum: 0.9, nesterov: nesterov, weightDecay: 0.01,
          gradientScale: 0.5, gradient: gradient.map(Double.init), weight: expected.weight,
          velocity: expected.velocity)
      }
      expectClose(weight, expected.weight, relative: 1e-6, "weight")
      expectClose(velocity, expected.velocity, relative: 1e-6, "velocity")
    }
  }

  @Test("Adam and AdamW follow the formula, in Double", arguments: counts)
  func adam(count: Int) {
    for isDecoupled in [false, true] {
      var weight: [Float] = randomNumbers(count, seed: 1)
      var mean = [Float](repeating: 0, count: count)
      var square = mean
      var expected = (
        weight: weight.map(Double.init), mean: mean.map(Double.init),
        square: square.map(Double.init)
      )
      for step in 1...4 {
        let gradient: [Float] = randomNumbers(count, seed: UInt64(3 + step))
        adamStep(
          count: count,
          AdamCoefficients(
            step: step, learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8,
            weightDecay: 0.1, isDecoupled: isDecoupled), gradientScale: 0.5, gradient: gradient,
          weight: &weight, mean: &mean, square: &square)
        expected = Reference.adamStep(
          step: step, learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8,
          weightDecay: 0.1, isDecoupled: isDecoupled, gradientScale: 0.5,
          gradient: gradient.map(Double.init), weight: expected.weight, mean: expected.mean,
          square: expected.square)
      }
      // Adam divides by the gradient's size, and a small one is as good as its digits.
      expectClose(weight, expected.weight, absolute: 1e-6, "weight")
      expectClose(mean, expected.mean, relative: 1e-6, "mean")
      expectClose(square, expected.square, relative: 1e-6, "square")
    }
  }

  @Test("the sum of squares is right to Double's rounding, also of large and small numbers")
  func squares() {
    for count in counts + [0] {
      let x: [Float] = randomNumbers(count, seed: 7)
      let expected = x.reduce(0) { $0 + Double($1) * Double($1) }
      #expect(abs(sumOfSquares(count: count, x) - expected) <= 1e-12 * expected, "\(count)")
    }
    #expect(sumOfSquares(count: 2, [3e30, 4e30]) > 2.4e61)
    #expect(!sumOfSquares(count: 3, [1, .nan, 1]).isFinite)
  }

  @Test("an average moves by its factor; a moved weight is kept as it was") func passes() {
    let count = updateGrain + 5
    let x: [Float] = randomNumbers(count, seed: 1)
    let start: [Float] = randomNumbers(count, seed: 2)
    var average = start
    moveAverage(count: count, factor: 0.25, towards: x, &average)
    expectClose(average, zip(start, x).map { 0.75 * $0 + 0.25 * $1 }, absolute: 1e-7)

    var (weight, saved) = (start, [Float](repeating: 0, count: count))
    saveAndMove(count: count, factor: 0.5, along: x, &weight, saved: &saved)
    #expect(saved == start)
    expectClose(weight, zip(start, x).map { $0 + 0.5 * $1 }, absolute: 1e-7)
  }

  @Test("the number of workers changes nothing") func workers() {
    let count = 5 * updateGrain + 3
    let x: [Float] = randomNumbers(count, seed: 1)
    expectSameOnAnyNumber("sum of squares") { sumOfSquares(count: count, x).bitPattern }
    expectSameOnAnyNumber("Adam") {
      var (weight, mean, square) = (x, x, x.map { $0 * $0 })
      adamStep(
        count: count,
        AdamCoefficients(
          step: 3, learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1,
          isDecoupled: true), gradient: x, weight: &weight, mean: &mean, square: &square)
      return weight.map(\.bitPattern)
    }
  }
}
