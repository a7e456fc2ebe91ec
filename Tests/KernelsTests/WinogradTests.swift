import TestSupport
import Testing

@testable import Kernels

/// All passes of one convolution by one algorithm.
struct ConvolutionResults: Equatable {
  var y, dx, dWeight, dBias: [Float]

  /// `jointly`: whether the gradients come from one call or from two.
  init(
    _ shape: ConvolutionShape, _ algorithm: ConvolutionAlgorithm, jointly: Bool = true
  ) {
    let numbers = ConvolutionTests.Numbers<Float>(shape)
    let (x, weight, dy) = (numbers.x, numbers.weight, numbers.dy)
    y = [Float](repeating: .nan, count: shape.outputCount)
    dx = [Float](repeating: .nan, count: shape.inputCount)
    dWeight = [Float](repeating: .nan, count: shape.weightCount)
    dBias = [Float](repeating: .nan, count: shape.filters)
    convolutionForward(shape, algorithm: algorithm, x, weight, bias: numbers.bias, &y)
    if jointly {
      convolutionBackward(
        shape, algorithm: algorithm, x, weight, dy, dx: &dx, dWeight: &dWeight, dBias: &dBias)
    } else {
      convolutionBackwardInput(shape, algorithm: algorithm, weight, dy, dx: &dx)
      convolutionBackwardWeight(
        shape, algorithm: algorithm, x, dy, dWeight: &dWeight, dBias: &dBias)
    }
  }

  /// Expects the numbers of the naive convolution in Double, to 1e-5 of the largest.
  func expectNaive(_ shape: ConvolutionShape, _ comment: String) {
    let numbers = ConvolutionTests.Numbers<Float>(shape)
    let (x, weight) = (numbers.x.map(Double.init), numbers.weight.map(Double.init))
    let exact = Reference.convolutionForward(
      shape, x, weight, bias: numbers.bias.map(Double.init))
    let gradients = Reference.convolutionBackward(shape, x, weight, numbers.dy.map(Double.init))
    expectClose(y, exact, relative: 1e-5, "y \(comment)")
    expectClose(dx, gradients.dx, relative: 1e-5, "dx \(comment)")
    expectClose(dWeight, gradients.dWeight, relative: 1e-5, "dWeight \(comment)")
    expectClose(dBias, gradients.dBias, relative: 1e-5, "dBias \(comment)")
  }
}

/// 3x3 convolutions at stride 1.
enum WinogradCases {
  /// The layers of `vgg10` behind its first.
  static let network: [ConvolutionShape] = [
    make(2, (48, 48), 32, 32), make(2, (24, 24), 32, 64), make(2, (24, 24), 64, 64),
    make(2, (12, 12), 64, 128), make(2, (12, 12), 128, 128), make(2, (6, 6), 128, 256),
    make(2, (6, 6), 256, 256),
  ]

  /// Tiles that reach beyond the edge, images smaller than a tile, channels around the width of a
  /// SIMD register, every padding from none to more than the kernel, rows too wide for one strip.
  static let odd: [ConvolutionShape] = [
    make(1, (1, 1), 1, 1), make(2, (2, 3), 3, 2), make(3, (3, 3), 16, 16),
    make(2, (4, 4), 16, 20, padding: (2, 2)), make(1, (5, 6), 17, 15),
    make(2, (7, 13), 5, 33, padding: (0, 0)), make(3, (9, 8), 31, 3, padding: (1, 0)),
    make(1, (3, 3), 4, 4, padding: (0, 0)), make(2, (5, 4), 16, 16, padding: (5, 3)),
    make(2, (10, 11), 48, 19, padding: (0, 2)), make(1, (9, 70), 40, 52),
  ]

  /// More than one block, and more than one piece of dU: where threads take blocks (the first
  /// two), and where they share them.
  static let many: [ConvolutionShape] = [
    make(11, (24, 20), 20, 33), make(9, (13, 11), 16, 48, padding: (0, 1)),
    make(67, (9, 6), 128, 120), make(300, (6, 6), 112, 128),
  ]

  static func make(
    _ batch: Int, _ input: (Int, Int), _ channels: Int, _ filters: Int,
    padding: (Int, Int) = (1, 1)
  ) -> ConvolutionShape {
    ConvolutionCases.make(batch, input, channels, filters, kernel: (3, 3), padding: padding)
  }
}

@Suite("Winograd kernels") struct WinogradTests {
  @Test(
    "equal the naive convolution in Double", arguments: WinogradCases.network + WinogradCases.odd)
  func equalNaive(_ shape: ConvolutionShape) {
    for tile in WinogradTile.allCases {
      ConvolutionResults(shape, .winograd(tile)).expectNaive(shape, "\(tile)")
    }
  }

  @Test("equal the columns where there are many blocks", arguments: WinogradCases.many)
  func manyBlocks(_ shape: ConvolutionShape) {
    let columns = ConvolutionResults(shape, .columns)
    for tile in WinogradTile.allCases {
      let results = ConvolutionResults(shape, .winograd(tile))
      expectClose(results.y, columns.y, relative: 1e-5, "y \(tile)")
      expectClose(results.dx, columns.dx, relative: 1e-5, "dx \(tile)")
      expectClose(results.dWeight, columns.dWeight, relative: 1e-5, "dWeight \(tile)")
      expectClose(results.dBias, columns.dBias, relative: 1e-5, "dBias \(tile)")
    }
  }

  @Test("the cases with many blocks are what they say")
  func bothWaysOfSharing() {
    for (index, shape) in WinogradCases.many.enumerated() {
      let (four, three) = (
        WinogradKernel<WinogradFour>(shape), WinogradKernel<WinogradThree>(shape)
      )
      #expect(four.threadsTakeBlocks == (index < 2) && three.threadsTakeBlocks == (index < 2))
      #expect(four.tiles > four.blockTiles && three.tiles > three.blockTiles, "\(shape)")
    }
  }

  @Test(
    "give the same gradients together and one by one",
    arguments: [WinogradCases.network[2], WinogradCases.odd[5], WinogradCases.many[0]])
  func jointly(_ shape: ConvolutionShape) {
    for tile in WinogradTile.allCases {
      #expect(
        ConvolutionResults(shape, .winograd(tile), jointly: true)
          == ConvolutionResults(shape, .winograd(tile), jointly: false))
    }
  }

  @Test(
    "are adjoint: ⟨dy, conv(x)⟩ = ⟨dx, x⟩ = ⟨dWeight, weight⟩",
    arguments: WinogradCases.network + WinogradCases.odd)
  func adjoint(_ shape: ConvolutionShape) {
    let numbers = ConvolutionTests.Numbers<Float>(shape)
    func product(_ a: [Float], _ b: [Float]) -> Double {
      dot(a.map(Double.init), b.map(Double.init))
    }
    for tile in WinogradTile.allCases {
      let results = ConvolutionResults(shape, .winograd(tile))
      var y = results.y
      for i in y.indices { y[i] -= numbers.bias[i % shape.filters] }
      let expected = product(numbers.dy, y)
      // The sums cancel: their error is that of the terms, not of the result.
      let scale = (product(numbers.dy, numbers.dy) * product(y, y)).squareRoot()
      expectClose(
        [product(results.dx, numbers.x), product(results.dWeight, numbers.weight)],
        [expected, expected], absolute: 1e-5 * scale, "\(tile)")
    }
  }

  @Test("take weights transformed beforehand, and give the same bytes")
  func preparedWeights() {
    let shape = WinogradCases.network[1]
    let numbers = ConvolutionTests.Numbers<Float>(shape)
    for tile in WinogradTile.allCases {
      var u = [Float](repeating: .nan, count: winogradWeightCount(shape, tile))
      winogradTransformWeights(shape, tile, numbers.weight, &u)
      // The same components serve any batch and any image.
      for shape in [shape, WinogradCases.make(1, (9, 9), 32, 64)] {
        let numbers = ConvolutionTests.Numbers<Float>(shape)
        var y = [Float](repeating: .nan, count: shape.outputCount)
        winogradForward(shape, tile, numbers.x, u, bias: numbers.bias, &y)
        #expect(y == ConvolutionResults(shape, .winograd(tile)).y)
      }
    }
  }

  @Test("of no images have no output and the gradient 0")
  func noImages() {
    let shape = WinogradCases.make(0, (6, 6), 16, 16)
    for tile in WinogradTile.allCases {
      let results = ConvolutionResults(shape, .winograd(tile))
      #expect(results.y.isEmpty && results.dx.isEmpty)
      #expect(results.dWeight.allSatisfy { $0 == 0 } && results.dBias.allSatisfy { $0 == 0 })
    }
  }
}

extension WorkerIndependenceTests {
  @Test(
    "Winograd gives the same bytes on any number",
    arguments: WinogradCases.many + [WinogradCases.network[0], WinogradCases.network[6]])
  func winograd(_ shape: ConvolutionShape) {
    for tile in WinogradTile.allCases {
      expectSameOnAnyNumber { ConvolutionResults(shape, .winograd(tile)) }
    }
  }
}
