import Kernels
import TestSupport
import Testing

// `Workers.count` belongs to the whole process. Tests that run beside this one may see another
// count than the default, which changes no result: that is what is tested here.
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

  private func expectSameOnAnyNumber<Result: Equatable>(_ run: () -> Result) {
    let before = Workers.count
    defer { Workers.count = before }
    Workers.count = 1
    let alone = run()
    for count in [2, 3, 8] {
      Workers.count = count
      #expect(run() == alone, "\(count) workers")
    }
  }
}
