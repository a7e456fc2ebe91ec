import Kernels
import TestSupport
import Testing

@Suite("Workers", .serialized) struct WorkerIndependenceTests {
  @Test("convolution gives the same bytes on any number", arguments: ConvolutionCases.large)
  func convolution(_ shape: ConvolutionShape) {
    let numbers = ConvolutionTests.Numbers<Float>(shape)
    expectSameOnAnyNumber {
      ConvolutionTests.Passes(shape, numbers.x, numbers.weight, numbers.bias, numbers.dy)
    }
  }

  @Test("pooling gives the same bytes on any number", arguments: PoolingCases.all)
  func pooling(_ shape: PoolingShape) {
    let x: [Float] = randomNumbers(shape.inputCount)
    let dy: [Float] = randomNumbers(shape.outputCount, seed: 2)
    expectSameOnAnyNumber { PoolingTests.MaxPasses(shape, x, dy) }
    expectSameOnAnyNumber { PoolingTests.AveragePasses(shape, x, dy) }
  }

  @Test("batch norm and reductions give the same bytes on any number", arguments: [3, 32, 100])
  func batchNorm(_ channels: Int) {
    let count = 200_000 / channels
    // Every column's sum is 0 but for rounding, which tells the order of the additions.
    func cancelling(_ seed: UInt64) -> [Float] {
      let half: [Float] = randomNumbers(count / 2 * channels, seed: seed)
      let wide = half.enumerated().map {
        $1 * Float(sign: .plus, exponent: $0 % 31, significand: 1)
      }
      return wide + wide.map { -$0 }
    }
    let (x, dy) = (cancelling(1), cancelling(2))
    let rows = x.count / channels
    expectSameOnAnyNumber { BatchNormTests.Passes(channels: channels, x, dy) }
    expectSameOnAnyNumber {
      var sums = [Float](repeating: .nan, count: channels)
      columnSums(rows: rows, columns: channels, x, &sums)
      return sums
    }
  }
}
