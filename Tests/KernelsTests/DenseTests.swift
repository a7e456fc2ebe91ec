import Kernels
import TestSupport
import Testing

@Suite("Dense kernels") struct DenseKernelTests {
  static let sizes: [(batch: Int, inputs: Int, outputs: Int)] = [
    (1, 1, 1), (2, 3, 5), (33, 130, 7), (65, 256, 10),
  ]

  @Test("equal the naive ones", arguments: sizes)
  func equalNaive(_ batch: Int, _ inputs: Int, _ outputs: Int) {
    let x: [Float] = randomNumbers(batch * inputs, seed: 1)
    let weight: [Float] = randomNumbers(inputs * outputs, seed: 2)
    let bias: [Float] = randomNumbers(outputs, seed: 3)
    let dy: [Float] = randomNumbers(batch * outputs, seed: 4)
    var y = [Float](repeating: .nan, count: batch * outputs)
    denseForward(batch: batch, inputs: inputs, outputs: outputs, x, weight, bias, &y)
    expectClose(
      y,
      Reference.denseForward(batch: batch, inputs: inputs, outputs: outputs, x, weight, bias),
      relative: 1e-5)

    var dx = [Float](repeating: .nan, count: x.count)
    var dWeight = [Float](repeating: .nan, count: weight.count)
    var dBias = [Float](repeating: .nan, count: bias.count)
    denseBackward(
      batch: batch, inputs: inputs, outputs: outputs, x, weight, dy, dx: &dx, dWeight: &dWeight,
      dBias: &dBias)
    let expected = Reference.denseBackward(
      batch: batch, inputs: inputs, outputs: outputs, x, weight, dy)
    expectClose(dx, expected.dx, relative: 1e-5)
    expectClose(dWeight, expected.dWeight, relative: 1e-5)
    expectClose(dBias, expected.dBias, relative: 1e-5)
  }

  @Test("have the gradient of the reference, in Double") func gradient() {
    let (batch, inputs, outputs) = (3, 4, 5)
    let x: [Double] = randomNumbers(batch * inputs, seed: 1)
    let weight: [Double] = randomNumbers(inputs * outputs, seed: 2)
    let bias: [Double] = randomNumbers(outputs, seed: 3)
    let dy: [Double] = randomNumbers(batch * outputs, seed: 4)
    func loss(_ x: [Double], _ weight: [Double], _ bias: [Double]) -> Double {
      dot(
        Reference.denseForward(batch: batch, inputs: inputs, outputs: outputs, x, weight, bias), dy)
    }
    let gradients = Reference.denseBackward(
      batch: batch, inputs: inputs, outputs: outputs, x, weight, dy)
    expectGradient(gradients.dx, of: { loss($0, weight, bias) }, at: x)
    expectGradient(gradients.dWeight, of: { loss(x, $0, bias) }, at: weight)
    expectGradient(gradients.dBias, of: { loss(x, weight, $0) }, at: bias)
  }
}
