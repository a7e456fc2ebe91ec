import Kernels
import TestSupport
import Testing

@Suite("Batch norm kernels") struct BatchNormTests {
  static let epsilon: Float = 1e-5

  /// All that the kernels give for a training batch.
  struct Passes: Equatable {
    var mean, variance, y, dx, dScale, dShift: [Float]

    init(channels: Int, _ x: [Float], _ dy: [Float], areOfBatch: Bool = true) {
      let rows = x.count / channels
      let scale: [Float] = randomNumbers(channels, seed: 3)
      let shift: [Float] = randomNumbers(channels, seed: 4)
      (mean, variance, dScale, dShift) = (
        [Float](repeating: .nan, count: channels), [Float](repeating: .nan, count: channels),
        [Float](repeating: .nan, count: channels), [Float](repeating: .nan, count: channels)
      )
      (y, dx) = ([Float](repeating: .nan, count: x.count), [Float](repeating: .nan, count: x.count))
      batchNormStatistics(rows: rows, channels: channels, x, mean: &mean, variance: &variance)
      batchNormForward(
        rows: rows, channels: channels, epsilon: BatchNormTests.epsilon, x, mean: mean,
        variance: variance, scale: scale, shift: shift, &y)
      batchNormBackward(
        rows: rows, channels: channels, epsilon: BatchNormTests.epsilon, x, mean: mean,
        variance: variance, areOfBatch: areOfBatch, scale: scale, dy, dx: &dx, dScale: &dScale,
        dShift: &dShift)
    }
  }

  static let sizes: [(rows: Int, channels: Int)] = [
    (2, 1), (7, 3), (100, 16), (33, 17), (4000, 32), (20_000, 1), (50, 300),
  ]

  @Test("equal the naive ones in Double", arguments: sizes)
  func equalNaive(_ rows: Int, _ channels: Int) {
    let x: [Float] = randomNumbers(rows * channels).map { $0 * 3 + 1 }
    let dy: [Float] = randomNumbers(rows * channels, seed: 2)
    let passes = Passes(channels: channels, x, dy)
    let wide = x.map(Double.init)
    let scale: [Double] = randomNumbers(channels, seed: 3)
    let shift: [Double] = randomNumbers(channels, seed: 4)
    let (mean, variance) = Reference.batchNormStatistics(rows: rows, channels: channels, wide)
    expectClose(passes.mean, mean, relative: 1e-6, "mean")
    expectClose(passes.variance, variance, relative: 1e-6, "variance")
    let y = Reference.batchNormForward(
      channels: channels, epsilon: Double(Self.epsilon), wide, mean: mean, variance: variance,
      scale: scale, shift: shift)
    expectClose(passes.y, y, relative: 2e-6, "y")
    let expected = Reference.batchNormBackward(
      rows: rows, channels: channels, epsilon: Double(Self.epsilon), wide, scale: scale,
      dy.map(Double.init))
    expectClose(passes.dx, expected.dx, relative: 1e-5, absolute: 1e-6, "dx")
    expectClose(passes.dScale, expected.dScale, relative: 1e-5, "dScale")
    expectClose(passes.dShift, expected.dShift, relative: 1e-5, "dShift")
  }

  @Test("constant statistics make the gradient a plain factor") func constant() {
    let x: [Float] = randomNumbers(60)
    let dy: [Float] = randomNumbers(60, seed: 2)
    let passes = Passes(channels: 3, x, dy, areOfBatch: false)
    let scale: [Float] = randomNumbers(3, seed: 3)
    let expected = dy.indices.map {
      dy[$0] * scale[$0 % 3] / (passes.variance[$0 % 3] + Self.epsilon).squareRoot()
    }
    expectClose(passes.dx, expected, relative: 1e-6)
  }

  @Test("keep their digits where the mean is far from 0") func farMean() {
    // Deviation 1 at a mean of 10 000: Σx² - (Σx)² would have no digit of it left in Float.
    let noise: [Float] = randomNumbers(50_000).map { ($0 * 512).rounded() / 512 }
    let (_, variance) = Reference.batchNormStatistics(
      rows: 50_000, channels: 1, noise.map(Double.init))
    let passes = Passes(channels: 1, noise.map { $0 + 10_000 }, noise)
    expectClose(passes.variance, variance, relative: 1e-6)
  }

  @Test("a constant channel gives its shift, not NaN") func constantChannel() {
    let x = [Float](repeating: 0.1, count: 4096)
    let passes = Passes(channels: 1, x, x)
    let shift: [Float] = randomNumbers(1, seed: 4)
    #expect(passes.variance[0] <= 1e-15)
    #expect(passes.y.allSatisfy { abs($0 - shift[0]) <= 1e-4 })
    #expect(passes.dx.allSatisfy { $0.isFinite })
  }

  @Test("have the gradient of the reference, in Double") func gradient() {
    let (rows, channels) = (6, 3)
    let x: [Double] = randomNumbers(rows * channels)
    let scale: [Double] = randomNumbers(channels, seed: 2)
    let shift: [Double] = randomNumbers(channels, seed: 3)
    let dy: [Double] = randomNumbers(rows * channels, seed: 4)
    func loss(_ x: [Double], _ scale: [Double], _ shift: [Double]) -> Double {
      let (mean, variance) = Reference.batchNormStatistics(rows: rows, channels: channels, x)
      return dot(
        Reference.batchNormForward(
          channels: channels, epsilon: 1e-5, x, mean: mean, variance: variance, scale: scale,
          shift: shift), dy)
    }
    let gradients = Reference.batchNormBackward(
      rows: rows, channels: channels, epsilon: 1e-5, x, scale: scale, dy)
    expectGradient(gradients.dx, of: { loss($0, scale, shift) }, at: x)
    expectGradient(gradients.dScale, of: { loss(x, $0, shift) }, at: scale)
    expectGradient(gradients.dShift, of: { loss(x, scale, $0) }, at: shift)
  }
}
