import Foundation
import Kernels
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@testable import Training

/// Two classes of points whose clouds overlap, in eight dimensions, `scale` times as far from zero;
/// no line parts them, so that too great a rate makes the loss of a linear network explode.
private struct CloudSource: BatchSource {
  var scale: Float = 1
  let count = 256
  let exampleShape: Shape = [8]
  let classes = ["left", "right"]
  var labels: [Int] { (0..<count).map { $0 % 2 } }

  func batch(_ indices: [Int]) -> Batch {
    let points = indices.flatMap { index in
      var random = RandomStream(seed: 5).substream(index)
      return (0..<8).map { _ in scale * (random.normal() + (index % 2 == 0 ? -0.3 : 0.3)) }
    }
    return Batch(inputs: Tensor([indices.count, 8], points), labels: indices.map { $0 % 2 })
  }

  func augmentedBatch(_ indices: [Int], random: RandomStream) -> Batch { batch(indices) }
}

/// A trainer of a linear network that begins at zero, and the state it begins in.
private func linear(scale: Float = 1, seed: UInt64 = 1) throws -> (Trainer, TrainingState) {
  var optimiser = OptimiserConfiguration()
  (optimiser.momentum, optimiser.nesterov, optimiser.weightDecay) = (0, false, 0)
  optimiser.rateFactors = ["0.bias": 0]
  let configuration = try TrainingConfiguration(
    epochs: 1, batchSize: 32, seed: seed, optimiser: optimiser)
  var model = try Sequential(
    [LayerSpecification("dense", ["units": 2])], input: [8], random: RandomStream(seed: 1))
  model.forEachParameter { _, tensor in tensor = Tensor(tensor.shape) }
  let source = CloudSource(scale: scale)
  return (
    Trainer(configuration, examples: source, selection: source),
    try configuration.initialState(for: model)
  )
}

private func measure(
  scale: Float = 1, seed: UInt64 = 1, from: Double = 1e-4, to: Double = 1e4, steps: Int = 200
) throws -> LearningRateCurve {
  let (trainer, state) = try linear(scale: scale, seed: seed)
  return try trainer.rangeTest(
    from: state, LearningRateRamp(from: from, to: to, steps: steps), into: LearningRateCurve())
}

@Suite("Range test of the learning rate", .serialized) struct LearningRateTests {
  @Test("the rate rises from end to end by one factor") func ramp() throws {
    let ramp = try LearningRateRamp(from: 1e-5, to: 10, steps: 61)
    #expect(ramp.rate(ofStep: 0) == 1e-5 && ramp.rate(ofStep: 60) == 10)
    expectClose(
      (0..<60).map { ramp.rate(ofStep: $0 + 1) / ramp.rate(ofStep: $0) },
      Array(repeating: pow(10, 0.1), count: 60), relative: 1e-12)
  }

  @Test("what is no ramp or no curve is refused by name") func refused() {
    #expect { try LearningRateRamp(from: 0, to: 1, steps: 20) } throws: { "\($0)".contains("from") }
    #expect { try LearningRateRamp(from: 1, to: 1, steps: 20) } throws: { "\($0)".contains("to ") }
    #expect { try LearningRateRamp(from: 1, to: 2, steps: 9) } throws: { "\($0)".contains("steps") }
    #expect { try LearningRateCurve(smoothing: 1) } throws: { "\($0)".contains("smoothing") }
    #expect { try LearningRateCurve(explosion: 1) } throws: { "\($0)".contains("explosion") }
  }

  @Test("the smoothed loss is the exponential mean, with its beginning corrected")
  func smoothing() throws {
    let losses = [3.0, 1, 4, 1, 5, 9, 2, 6]
    var curve = try LearningRateCurve(smoothing: 0.7, explosion: 100)
    for loss in losses {
      let goesOn = curve.add(learningRate: 1, loss: loss)
      #expect(goesOn)
    }
    // The mean with weights 0.7^(age), written out.
    let expected = losses.indices.map { last in
      let weights = (0...last).map { pow(0.7, Double(last - $0)) }
      return zip(weights, losses).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
    }
    expectClose(curve.points.map(\.smoothed), expected, relative: 1e-12)
    var constant = try LearningRateCurve(smoothing: 0.98)
    for _ in 0..<5 { _ = constant.add(learningRate: 1, loss: 1.9) }
    expectClose(constant.points.map(\.smoothed), Array(repeating: 1.9, count: 5), relative: 1e-12)
  }

  @Test(
    "on a planted parabola the suggestion is below the bound of stability, and not far",
    arguments: [0.02, 1, 300])
  func parabola(curvature: Double) throws {
    // 1 + ½ w² after scaling, by gradient descent with noisy gradients from w = 1. Without noise it
    // falls while rate < 2 / λ; with it, the weight cannot settle where the rate is near that.
    func measured(noise: Float, seed: UInt64) throws -> LearningRateCurve {
      let ramp = try LearningRateRamp(from: 1e-4 / curvature, to: 1e3 / curvature, steps: 230)
      var (curve, weight) = (try LearningRateCurve(), 1.0)
      var random = RandomStream(seed: seed)
      for step in 0..<ramp.steps {
        let rate = ramp.rate(ofStep: step)
        guard curve.add(learningRate: rate, loss: 1 + weight * weight / 2) else { break }
        weight -= rate * curvature * (weight + Double(noise * random.normal()))
      }
      return curve
    }
    for seed in 1...20 as ClosedRange<UInt64> {
      let curve = try measured(noise: 0.3, seed: seed)
      #expect(curve.end == .exploded)
      let suggestion = try #require(curve.suggestion) * curvature
      #expect((0.02...1).contains(suggestion), "seed \(seed): \(suggestion) / λ")
    }
    // The latest that a minimum can be: the weight is at 0 long before, and it takes a while beyond
    // the bound until the loss can be seen to grow.
    let latest = try #require(measured(noise: 0, seed: 1).minimum).learningRate * curvature
    #expect((2...20).contains(latest), "\(latest) / λ")
  }

  @Test("on a linear network it lies within a factor of ten of 1 / curvature, for any seed")
  func network() throws {
    // Where the logits are 0 the loss's curvature is half that of the inputs: 1.09 on the axes, and
    // 1 + 8 · 0.09 = 1.72 along the line between the clouds' middles.
    for seed in 1...5 as ClosedRange<UInt64> {
      let curve = try measure(seed: seed)
      #expect(curve.end == .exploded)
      let relative = try #require(curve.suggestion) * 0.86
      #expect((0.1...10).contains(relative), "seed \(seed): \(relative)")
    }
  }

  @Test("inputs four times as great have their rate at a sixteenth")
  func scaling() throws {
    let one = try #require(measure().suggestion)
    let four = try #require(measure(scale: 4, from: 1e-4 / 16, to: 1e4 / 16).suggestion)
    expectClose([four * 16], [one], relative: 1e-9)
  }

  @Test("it learns as a run does: the first loss is a run's, the seed decides all, workers nothing")
  func asARun() throws {
    final class Losses: TrainingCallback {
      var losses: [Double] = []
      func stepDidEnd(_ state: TrainingState, _ step: StepReport) { losses.append(step.loss) }
    }
    var (trainer, state) = try linear(seed: 3)
    let start = state
    let curve = try trainer.rangeTest(
      from: state, LearningRateRamp(from: 0.01, to: 1, steps: 20), into: LearningRateCurve())
    // More steps than an epoch has.
    #expect(curve.points.count == 20 && trainer.stepsPerEpoch == 8)
    #expect(state.model.namedTensors().map(\.tensor) == start.model.namedTensors().map(\.tensor))
    let losses = Losses()
    _ = try trainer.run(&state, callbacks: [losses])
    #expect(losses.losses.first == curve.points.first?.loss)

    let before = Workers.count
    defer { Workers.count = before }
    Workers.count = before + 2
    #expect(try measure(seed: 3) == measure(seed: 3))
    #expect(try measure(seed: 3).points.map(\.loss) != measure(seed: 4).points.map(\.loss))
  }

  @Test("how it ends is known: too high, not far enough, falling nowhere") func ends() throws {
    let tooFar = try measure(from: 1e30, to: 1e38, steps: 20)
    #expect(tooFar.end != .completed && tooFar.suggestion == nil)
    let tooShort = try measure(from: 1e-3, to: 0.1, steps: 60)
    #expect(tooShort.end == .completed && tooShort.endsFalling)
    #expect(try !measure().endsFalling)
    var flat = try LearningRateCurve()
    for step in 1...30 { _ = flat.add(learningRate: Double(step), loss: 1 + Double(step) / 50) }
    #expect(flat.suggestion == nil && flat.steepest == nil)
    #expect(try LearningRateCurve().minimum == nil)
  }
}
