import TestSupport
import Testing

@testable import Kernels

@Suite("The convolution's algorithm") struct ConvolutionAlgorithmTests {
  private func choice(_ batch: Int, _ side: Int, _ channels: Int, _ filters: Int)
    -> ConvolutionAlgorithm
  {
    .choose(WinogradCases.make(batch, (side, side), channels, filters))
  }

  @Test("is Winograd's for the layers of vgg10, with the tile that fits their sides")
  func network() {
    #expect(choice(128, 48, 1, 32) == .singleChannel)
    #expect(choice(128, 48, 32, 32) == .winograd(.four))
    #expect(choice(128, 24, 64, 64) == .winograd(.four))
    #expect(choice(128, 12, 128, 128) == .winograd(.four))
    #expect(choice(128, 6, 256, 256) == .winograd(.three))
  }

  /// Every convolution of the named models, at the batch of a few images.
  private static let namedModels: [ConvolutionShape] = {
    typealias Cases = ConvolutionCases
    func same(_ side: Int, _ channels: Int, _ filters: Int) -> ConvolutionShape {
      WinogradCases.make(2, (side, side), channels, filters)
    }
    func halving(_ side: Int, _ channels: Int, kernel: Int) -> ConvolutionShape {
      Cases.make(
        2, (side, side), channels, 2 * channels, kernel: (kernel, kernel), stride: (2, 2),
        padding: (kernel / 2, kernel / 2))
    }
    return [same(48, 1, 32)] + WinogradCases.network  // vgg10 and vgg10-plus
      + [same(24, 32, 64)]  // simple-cnn, whose first layer is vgg10's
      + [same(48, 1, 24), same(48, 24, 24), same(24, 48, 48), same(12, 96, 96)]  // resnet
      + [24, 48].flatMap { channels in
        [1, 3].map { halving(24 * 48 / channels, channels, kernel: $0) }
      }
  }()

  @Test("what is chosen equals the naive convolution in Double", arguments: namedModels)
  func named(_ shape: ConvolutionShape) {
    ConvolutionResults(shape, .choose(shape)).expectNaive(shape, "")
  }

  @Test(
    "is columns where the transform of the weights is not earned back, unless it was made before")
  func fewTiles() {
    let shape = WinogradCases.make(1, (6, 6), 256, 256)
    #expect(ConvolutionAlgorithm.choose(shape) == .columns)
    #expect(ConvolutionAlgorithm.choose(shape, weightsArePrepared: true) == .winograd(.three))
    #expect(choice(32, 1, 64, 64) == .columns)
  }

  @Test("is columns for all that is not 3x3 at stride 1, and for hardly any channels")
  func others() {
    typealias Cases = ConvolutionCases
    for shape in [
      Cases.make(32, (24, 24), 32, 32, kernel: (1, 1)),
      Cases.make(32, (24, 24), 32, 32, kernel: (5, 5)),
      Cases.make(32, (24, 24), 32, 32, kernel: (3, 3), stride: (1, 2)),
      Cases.make(32, (24, 24), 32, 32, kernel: (3, 3), dilation: (2, 1)),
      Cases.make(32, (24, 24), 2, 3, kernel: (3, 3)),
      Cases.make(32, (24, 24), 1, 8, kernel: (3, 3)),
    ] {
      #expect(ConvolutionAlgorithm.choose(shape) == .columns, "\(shape)")
    }
  }

  @Test(
    "columns still equal the naive convolution where they are not chosen", arguments: [0, 3, 6])
  func columns(_ index: Int) {
    let shape = WinogradCases.network[index]
    ConvolutionResults(shape, .columns).expectNaive(shape, "columns")
  }
}

/// Convolutions of one channel: filters around the width of a SIMD register, every kind of window.
private let oneChannel: [ConvolutionShape] = [
  ConvolutionCases.make(3, (48, 48), 1, 32, kernel: (3, 3), padding: (1, 1)),
  ConvolutionCases.make(2, (9, 7), 1, 21, kernel: (3, 3)),
  ConvolutionCases.make(2, (1, 1), 1, 16, kernel: (3, 3), padding: (1, 1)),
  ConvolutionCases.make(1, (11, 8), 1, 33, kernel: (3, 3), stride: (2, 3), padding: (2, 1)),
  ConvolutionCases.make(
    2, (9, 12), 1, 17, kernel: (3, 3), stride: (1, 2), padding: (3, 0), dilation: (2, 3)),
]

@Suite("Convolution kernels of one channel") struct ConvolutionOfOneChannelTests {
  @Test("equal the naive convolution in Double", arguments: oneChannel)
  func equalNaive(_ shape: ConvolutionShape) {
    #expect(ConvolutionAlgorithm.choose(shape) == .singleChannel)
    ConvolutionResults(shape, .singleChannel).expectNaive(shape, "one channel")
  }
}

extension WorkerIndependenceTests {
  @Test("a convolution of one channel gives the same bytes on any number", arguments: oneChannel)
  func convolutionOfOneChannel(_ shape: ConvolutionShape) {
    expectSameOnAnyNumber { ConvolutionResults(shape, .singleChannel) }
  }
}
