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
    let rows = 200_000 / channels
    let x: [Float] = randomNumbers(rows * channels)
    let dy: [Float] = randomNumbers(rows * channels, seed: 2)
    expectSameOnAnyNumber { BatchNormTests.Passes(channels: channels, x, dy) }
    expectSameOnAnyNumber {
      var sums = [Float](repeating: .nan, count: channels)
      columnSums(rows: rows, columns: channels, x, &sums)
      return sums
    }
  }
}
