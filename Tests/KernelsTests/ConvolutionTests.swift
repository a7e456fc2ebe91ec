import Kernels
import TestSupport
import Testing

/// Shapes that the fast kernels must get right: edges, strides that do not divide, dilation, channel
/// counts around the width of a SIMD register, one image and many, every path to dx.
enum ConvolutionCases {
  static let small: [ConvolutionShape] = [
    // The kernel covers the whole image; one pixel; one of everything.
    make(1, (3, 3), 1, 1, kernel: (3, 3)),
    make(1, (1, 1), 1, 1, kernel: (1, 1)),
    make(2, (1, 1), 3, 2, kernel: (3, 3), padding: (1, 1)),
    // Strides that do not divide, uneven on the axes.
    make(2, (7, 6), 3, 5, kernel: (3, 3), stride: (2, 2), padding: (1, 1)),
    make(2, (6, 7), 2, 3, kernel: (2, 3), stride: (3, 2), padding: (0, 1)),
    make(1, (12, 5), 4, 2, kernel: (5, 2), stride: (1, 3), padding: (2, 0)),
    // Dilation, with and without stride; along one axis only.
    make(2, (7, 7), 2, 3, kernel: (3, 3), padding: (2, 2), dilation: (2, 2)),
    make(1, (9, 12), 3, 2, kernel: (3, 2), stride: (2, 1), padding: (1, 3), dilation: (1, 3)),
    make(2, (8, 6), 1, 4, kernel: (2, 3), stride: (1, 2), padding: (0, 0), dilation: (3, 1)),
    // Padding wider than the kernel's reach.
    make(1, (3, 4), 2, 2, kernel: (2, 2), padding: (4, 3)),
    make(1, (3, 4), 16, 2, kernel: (2, 2), padding: (4, 3)),
    // Pointwise, and almost.
    make(3, (6, 5), 7, 4, kernel: (1, 1)),
    make(2, (7, 7), 3, 4, kernel: (1, 1), stride: (2, 2)),
    make(2, (3, 3), 3, 4, kernel: (1, 1), padding: (1, 1)),
    // The way to dx by the flipped kernel: stride 1, at least sixteen channels.
    make(2, (6, 6), 16, 3, kernel: (3, 3), padding: (1, 1)),
    make(1, (7, 5), 17, 4, kernel: (3, 2), padding: (0, 1)),
    make(1, (6, 9), 18, 2, kernel: (3, 3), padding: (2, 1), dilation: (1, 2)),
    make(2, (4, 4), 20, 5, kernel: (1, 1)),
  ]

  static let large: [ConvolutionShape] = [
    make(9, (48, 48), 1, 32, kernel: (3, 3), padding: (1, 1)),
    make(3, (48, 48), 32, 32, kernel: (3, 3), padding: (1, 1)),
    make(17, (12, 12), 33, 31, kernel: (3, 3), padding: (1, 1)),
    make(21, (6, 6), 64, 48, kernel: (3, 3), padding: (1, 1)),
    make(1, (48, 37), 5, 19, kernel: (5, 5), stride: (2, 3), padding: (2, 1)),
    make(11, (24, 24), 19, 8, kernel: (3, 3), stride: (2, 2), padding: (1, 1)),
    make(5, (24, 20), 24, 17, kernel: (3, 3), padding: (2, 2), dilation: (2, 2)),
    make(13, (12, 12), 40, 24, kernel: (1, 1)),
  ]

  static func make(
    _ batch: Int, _ input: (Int, Int), _ channels: Int, _ filters: Int, kernel: (Int, Int),
    stride: (Int, Int) = (1, 1), padding: (Int, Int) = (0, 0), dilation: (Int, Int) = (1, 1)
  ) -> ConvolutionShape {
    ConvolutionShape(
      batch: batch, input: Extent2D(input.0, input.1), inputChannels: channels, filters: filters,
      window: Window2D(
        size: Extent2D(kernel.0, kernel.1), stride: Extent2D(stride.0, stride.1),
        padding: Extent2D(padding.0, padding.1), dilation: Extent2D(dilation.0, dilation.1)))
  }
}

@Suite("Convolution kernels") struct ConvolutionTests {
  struct Passes: Equatable {
    var y, dx, dWeight, dBias: [Float]

    init(
      _ shape: ConvolutionShape, _ x: [Float], _ weight: [Float], _ bias: [Float]?, _ dy: [Float]
    ) {
      y = [Float](repeating: .nan, count: shape.outputCount)
      dx = [Float](repeating: .nan, count: shape.inputCount)
      dWeight = [Float](repeating: .nan, count: shape.weightCount)
      dBias = [Float](repeating: .nan, count: shape.filters)
      if let bias {
        convolutionForward(shape, x, weight, bias: bias, &y)
      } else {
        convolutionForward(shape, x, weight, bias: nil, &y)
      }
      convolutionBackwardInput(shape, weight, dy, dx: &dx)
      convolutionBackwardWeight(shape, x, dy, dWeight: &dWeight, dBias: &dBias)
    }
  }

  struct Numbers<T: BinaryFloatingPoint> {
    let x, weight, bias, dy: [T]

    init(_ shape: ConvolutionShape) {
      x = randomNumbers(shape.inputCount, seed: 1)
      weight = randomNumbers(shape.weightCount, seed: 2)
      bias = randomNumbers(shape.filters, seed: 3)
      dy = randomNumbers(shape.outputCount, seed: 4)
    }
  }

  @Test("equal the naive ones", arguments: ConvolutionCases.small + ConvolutionCases.large)
  func equalNaive(_ shape: ConvolutionShape) {
    let numbers = Numbers<Float>(shape)
    let (x, weight, bias, dy) = (numbers.x, numbers.weight, numbers.bias, numbers.dy)
    let passes = Passes(shape, x, weight, bias, dy)
    expectClose(
      passes.y, Reference.convolutionForward(shape, x, weight, bias: bias), relative: 1e-5, "y")
    // The gradients of weights are long sums: the oracle needs more digits than the kernel.
    let exact = Reference.convolutionBackward(
      shape, x.map(Double.init), weight.map(Double.init), dy.map(Double.init))
    expectClose(passes.dx, exact.dx, relative: 1e-5, "dx")
    expectClose(passes.dWeight, exact.dWeight, relative: 1e-5, "dWeight")
    expectClose(passes.dBias, exact.dBias, relative: 1e-5, "dBias")
  }

  @Test("do without a bias", arguments: ConvolutionCases.small)
  func noBias(_ shape: ConvolutionShape) {
    let numbers = Numbers<Float>(shape)
    let passes = Passes(shape, numbers.x, numbers.weight, nil, numbers.dy)
    expectClose(
      passes.y, Reference.convolutionForward(shape, numbers.x, numbers.weight), relative: 1e-5)
    var dWeight = [Float](repeating: .nan, count: shape.weightCount)
    convolutionBackwardWeight(shape, numbers.x, numbers.dy, dWeight: &dWeight, dBias: nil)
    #expect(dWeight == passes.dWeight)
  }

  @Test("have the gradient of the reference, in Double", arguments: ConvolutionCases.small)
  func gradient(_ shape: ConvolutionShape) {
    let numbers = Numbers<Double>(shape)
    let (x, weight, bias, dy) = (numbers.x, numbers.weight, numbers.bias, numbers.dy)
    func loss(_ x: [Double], _ weight: [Double], _ bias: [Double]) -> Double {
      dot(Reference.convolutionForward(shape, x, weight, bias: bias), dy)
    }
    let gradients = Reference.convolutionBackward(shape, x, weight, dy)
    expectGradient(gradients.dx, of: { loss($0, weight, bias) }, at: x, "dx")
    expectGradient(gradients.dWeight, of: { loss(x, $0, bias) }, at: weight, "dWeight")
    expectGradient(gradients.dBias, of: { loss(x, weight, $0) }, at: bias, "dBias")
  }

  @Test("count the positions of a window as the definition does")
  func outputSize() {
    for input in 1...9 {
      for size in 1...4 {
        for (stride, padding, dilation) in [(1, 0, 1), (2, 1, 1), (3, 2, 2), (1, 4, 3)] {
          let window = Window2D(
            size: Extent2D(size), stride: Extent2D(stride), padding: Extent2D(padding),
            dilation: Extent2D(dilation))
          let starts = positions(from: -padding, by: stride) {
            $0 + dilation * (size - 1) < input + padding
          }
          let expected = starts == 0 ? nil : Extent2D(starts)
          #expect(window.output(over: Extent2D(input)) == expected)
        }
      }
    }

    /// How many positions pass, one stride after the other.
    func positions(from start: Int, by step: Int, while passes: (Int) -> Bool) -> Int {
      var (position, count) = (start, 0)
      while passes(position) {
        position += step
        count += 1
      }
      return count
    }
  }
}
