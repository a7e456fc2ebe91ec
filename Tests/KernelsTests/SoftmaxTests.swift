import Foundation
import Kernels
import TestSupport
import Testing

@Suite("Softmax kernels") struct SoftmaxTests {
  static let sizes: [(rows: Int, classes: Int)] = [(1, 1), (1, 7), (65, 7), (200, 33)]

  @Test("equal the naive ones", arguments: sizes)
  func equalNaive(_ rows: Int, _ classes: Int) {
    let z: [Float] = randomNumbers(rows * classes).map { $0 * 5 }
    let t: [Float] = randomNumbers(rows * classes, seed: 2).map { $0 + 1 }  // Σ t ≠ 1
    let wide = z.map(Double.init)
    var p = [Float](repeating: .nan, count: z.count)
    softmax(rows: rows, classes: classes, z, &p)
    let expected = Reference.softmax(classes: classes, wide)
    expectClose(p, expected, relative: 1e-6, "softmax")
    logSoftmax(rows: rows, classes: classes, z, &p)
    expectClose(p, expected.map { log($0) }, absolute: 1e-6, "log-softmax")

    var losses = [Double](repeating: .nan, count: rows)
    var dz = [Float](repeating: .nan, count: z.count)
    softmaxCrossEntropy(rows: rows, classes: classes, z, t, losses: &losses, dz: &dz)
    let loss = Reference.softmaxCrossEntropy(classes: classes, wide, t.map(Double.init))
    expectClose([losses.reduce(0, +) / Double(rows)], [loss], absolute: 1e-9, "loss")
    expectClose(
      dz, Reference.softmaxCrossEntropyGradient(classes: classes, wide, t.map(Double.init)),
      relative: 1e-6, absolute: 1e-9, "dz")
  }

  @Test("have the gradient of the reference, in Double") func gradient() {
    let z: [Double] = randomNumbers(21).map { $0 * 3 }
    let t: [Double] = randomNumbers(21, seed: 2).map { $0 + 1 }
    expectGradient(
      Reference.softmaxCrossEntropyGradient(classes: 7, z, t),
      of: { Reference.softmaxCrossEntropy(classes: 7, $0, t) }, at: z)
  }

  @Test("stay finite for logits of ±10 000, and pass NaN on") func extremes() {
    let z: [Float] = [1e4, -1e4, 0, -1e4, -1e4, -1e4, 1e4, 1e4, -.infinity]
    let t: [Float] = [0, 1, 0, 1, 0, 0, 0.5, 0.5, 0]
    var losses = [Double](repeating: .nan, count: 3)
    var dz = [Float](repeating: .nan, count: 9)
    softmaxCrossEntropy(rows: 3, classes: 3, z, t, losses: &losses, dz: &dz)
    expectClose(losses, [2e4, log(3.0), log(2.0)], absolute: 1e-9)
    let third: Float = 1 / 3
    expectClose(
      dz,
      [third, -third, 0, third * (third - 1), third * third, third * third, 0, 0, 0],
      absolute: 1e-7)
    var p = [Float](repeating: 0, count: 3)
    softmax(rows: 1, classes: 3, [1e4, .nan, 0], &p)
    #expect(p.allSatisfy { $0.isNaN })
  }
}
