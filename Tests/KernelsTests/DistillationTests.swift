import Kernels
import TestSupport
import Testing

@Suite("Distillation kernel") struct DistillationTests {
  /// Rows of positive numbers that sum to 1.
  private func distribution(_ rows: Int, _ classes: Int, seed: UInt64) -> [Double] {
    Reference.softmax(
      classes: classes, (randomNumbers(rows * classes, seed: seed) as [Double]).map { $0 * 2 })
  }

  @Test(
    "blends in what the naive one says", arguments: [(1, 1), (1, 7), (65, 7), (200, 33)],
    [(0.0, 4.0), (0.5, 4.0), (0.9, 1.0), (1.0, 20.0)])
  func equalNaive(_ size: (rows: Int, classes: Int), _ setting: (weight: Double, t: Double)) {
    let (rows, classes) = size
    let z: [Float] = randomNumbers(rows * classes).map { $0 * 5 }
    let t = distribution(rows, classes, seed: 2).map { Float($0) }
    let q = distribution(rows, classes, seed: 3).map { Float($0) }
    var losses = [Double](repeating: .nan, count: rows)
    var dz = [Float](repeating: .nan, count: z.count)
    softmaxCrossEntropy(rows: rows, classes: classes, z, t, losses: &losses, dz: &dz)
    blendDistillation(
      rows: rows, classes: classes, weight: setting.weight, temperature: setting.t, z, q,
      losses: &losses, dz: &dz)
    let (wide, hard, soft) = (z.map(Double.init), t.map(Double.init), q.map(Double.init))
    let loss = Reference.distillation(
      classes: classes, weight: setting.weight, temperature: setting.t, wide, targets: hard,
      teacher: soft)
    expectClose(
      [losses.reduce(0, +) / Double(rows)], [loss], relative: 1e-12, absolute: 1e-9, "loss")
    let gradient = Reference.distillationGradient(
      classes: classes, weight: setting.weight, temperature: setting.t, wide, targets: hard,
      teacher: soft)
    expectClose(dz, gradient, relative: 1e-6, absolute: 1e-8, "dz")
  }

  @Test("has the gradient of the reference, in Double", arguments: [1.0, 2.5, 10])
  func gradient(temperature: Double) {
    let z: [Double] = randomNumbers(21).map { $0 * 3 }
    let (t, q) = (distribution(3, 7, seed: 2), distribution(3, 7, seed: 3))
    expectGradient(
      Reference.distillationGradient(
        classes: 7, weight: 0.7, temperature: temperature, z, targets: t, teacher: q),
      of: {
        Reference.distillation(
          classes: 7, weight: 0.7, temperature: temperature, $0, targets: t, teacher: q)
      }, at: z)
  }

  @Test("stays finite for logits of ±10 000, and passes NaN on") func extremes() {
    var losses = [Double](repeating: 0, count: 2)
    var dz = [Float](repeating: 0, count: 6)
    blendDistillation(
      rows: 2, classes: 3, weight: 0.5, temperature: 2, [1e4, -1e4, 0, 1, .nan, 0],
      [0, 1, 0, 0.2, 0.3, 0.5], losses: &losses, dz: &dz)
    // 0.5 · 2² · (10 000 + 10 000) / 2.
    expectClose([losses[0]], [2e4], relative: 1e-12)
    #expect(dz[..<3].allSatisfy { $0.isFinite })
    #expect(losses[1].isNaN && dz[3...].allSatisfy { $0.isNaN })
  }
}
