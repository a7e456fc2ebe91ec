import Foundation
import Kernels
import TestSupport
import Testing

/// PyTorch's values; `Golden/make_convolution_golden.py` made them.
private struct Golden: Decodable {
  struct Convolution: Decodable {
    let batch: Int
    let input: [Int]
    let channels: Int
    let filters: Int
    let kernel, stride, padding, dilation: [Int]
    let x, weight, bias, dy, y, dx, dWeight, dBias: [Float]

    var shape: ConvolutionShape {
      ConvolutionShape(
        batch: batch, input: extent(input), inputChannels: channels, filters: filters,
        window: Window2D(
          size: extent(kernel), stride: extent(stride), padding: extent(padding),
          dilation: extent(dilation)))
    }
  }

  struct Pooling: Decodable {
    let operation: String
    let batch: Int
    let input: [Int]
    let channels: Int
    let size, stride, padding: [Int]
    let x, dy, y, dx: [Float]

    var shape: PoolingShape {
      PoolingShape(
        batch: batch, input: extent(input), channels: channels, size: extent(size),
        stride: extent(stride), padding: extent(padding))
    }
  }

  let convolution: [Convolution]
  let pooling: [Pooling]

  static func load() throws -> Golden {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/convolution.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
  }
}

private func extent(_ pair: [Int]) -> Extent2D { Extent2D(pair[0], pair[1]) }

@Suite("Convolution and pooling against PyTorch") struct ConvolutionGoldenTests {
  @Test("conv2d") func convolution() throws {
    let cases = try Golden.load().convolution
    #expect(cases.count == 6)
    for golden in cases {
      let passes = ConvolutionTests.Passes(
        golden.shape, golden.x, golden.weight, golden.bias, golden.dy)
      expectClose(passes.y, golden.y, relative: 1e-6, "y \(golden.shape)")
      expectClose(passes.dx, golden.dx, relative: 1e-6, "dx \(golden.shape)")
      expectClose(passes.dWeight, golden.dWeight, relative: 1e-6, "dWeight \(golden.shape)")
      expectClose(passes.dBias, golden.dBias, relative: 1e-6, "dBias \(golden.shape)")
    }
  }

  @Test("max_pool2d and avg_pool2d") func pooling() throws {
    let cases = try Golden.load().pooling
    #expect(cases.count == 8)
    for golden in cases {
      let shape = golden.shape
      if golden.operation == "max" {
        let passes = PoolingTests.MaxPasses(shape, golden.x, golden.dy)
        #expect(passes.y == golden.y)
        expectClose(passes.dx, golden.dx, relative: 1e-6, "dx \(shape)")
      } else {
        let passes = PoolingTests.AveragePasses(shape, golden.x, golden.dy)
        expectClose(passes.y, golden.y, relative: 1e-6, "y \(shape)")
        expectClose(passes.dx, golden.dx, relative: 1e-6, "dx \(shape)")
      }
    }
  }
}
