import TestSupport
import Testing

@testable import Kernels

/// Mean and variance by way of the moments.
private func finished(
  channels: Int, chunks: Int, _ gather: (ChannelMoments) -> Void
) -> (mean: [Float], variance: [Float]) {
  var sums = [Float](
    repeating: .nan, count: ChannelMoments.count(channels: channels, chunks: chunks))
  var mean = [Float](repeating: .nan, count: channels)
  var (variance, factor) = (mean, mean)
  let scale = [Float](repeating: 1, count: channels)
  sums.withUnsafeMutableBufferPointer { sums in
    guard let base = sums.baseAddress else { return }
    let moments = ChannelMoments(channels: channels, chunks: chunks, base)
    gather(moments)
    finishMoments(
      moments, epsilon: 1e-5, scale: scale, mean: &mean, variance: &variance, factor: &factor)
  }
  return (mean, variance)
}

@Suite("Normalisation passes") struct NormalisationTests {
  @Test(
    "moments are mean and variance, also where the mean is far from 0",
    arguments: [1, 5, 16, 40], [Float(0), 1000])
  func moments(channels: Int, offset: Float) {
    for rows in [1, 15, 700] {
      let x = randomNumbers(rows * channels, seed: 1).map { (v: Float) in v + offset }
      let actual = finished(channels: channels, chunks: batchMomentChunks(rows: rows)) {
        batchMoments(rows: rows, x, $0)
      }
      let expected = Reference.batchNormStatistics(
        rows: rows, channels: channels, x.map(Double.init))
      expectClose(
        actual.mean, expected.mean, relative: 1e-6, absolute: 2e-7, "\(rows) rows")
      expectClose(actual.variance, expected.variance, relative: 1e-5, absolute: 1e-9)
    }
  }

  @Test("a constant channel has the variance 0, not less") func constant() {
    let x = [Float](repeating: 0.1, count: 3 * 1000)
    let actual = finished(channels: 3, chunks: batchMomentChunks(rows: 1000)) {
      batchMoments(rows: 1000, x, $0)
    }
    #expect(actual.variance == [0, 0, 0])
    #expect(actual.mean == [0.1, 0.1, 0.1])
  }

  @Test(
    "every convolution gathers the moments of its y",
    arguments: WinogradCases.odd + WinogradCases.many + [
      ConvolutionCases.make(3, (13, 9), 1, 20, kernel: (3, 3), padding: (1, 1)),
      ConvolutionCases.make(4, (40, 30), 1, 16, kernel: (3, 3), padding: (1, 1)),
      ConvolutionCases.make(5, (9, 7), 6, 11, kernel: (2, 3), padding: (1, 0)),
    ])
  func convolution(_ shape: ConvolutionShape) {
    let numbers = ConvolutionTests.Numbers<Float>(shape)
    let (x, weight) = (numbers.x, numbers.weight)
    var algorithms: [ConvolutionAlgorithm] = [.columns]
    if ConvolutionAlgorithm.canUseWinograd(shape) {
      algorithms += [.winograd(.three), .winograd(.four)]
    }
    if ConvolutionAlgorithm.canUseSingleChannel(shape) { algorithms.append(.singleChannel) }
    for algorithm in algorithms {
      var y = [Float](repeating: .nan, count: shape.outputCount)
      let actual = finished(
        channels: shape.filters, chunks: convolutionMomentChunks(shape, algorithm)
      ) { moments in
        x.withUnsafeBufferPointer { x in
          guard let x = x.baseAddress else { return }
          convolutionForward(shape, algorithm, .plain(x), weight, bias: nil, &y, moments: moments)
        }
        // Short sums in Float, each with a chunk of its own.
        let pixels = (0..<moments.chunks).map { moments.pixels(in: $0) }
        #expect(pixels.allSatisfy { $0 <= 512 }, "by \(algorithm)")
        #expect(pixels.reduce(0, +) == shape.batch * shape.output.count, "by \(algorithm)")
      }
      let expected = Reference.batchNormStatistics(
        rows: shape.batch * shape.output.count, channels: shape.filters, y.map(Double.init))
      expectClose(
        actual.mean, expected.mean, relative: 2e-6, absolute: 1e-6, "mean by \(algorithm)")
      expectClose(
        actual.variance, expected.variance, relative: 1e-5, absolute: 1e-9,
        "variance by \(algorithm)")
    }
  }

  @Test("a maximum is of z, whatever the factor's sign; ties go to the first; 4 gets no gradient")
  func pooling() {
    // Channels: factor 1, factor −1, all below the floor, two equal.
    let pixels: [[Float]] = [[1, 1, -3, 5], [4, 4, -2, 7], [2, 0.5, -1, 7], [3, 3, -4, 6]]
    let shape = PoolingShape(
      batch: 1, input: Extent2D(2), channels: 4, size: Extent2D(2), stride: Extent2D(2))
    let (mean, factor, shift): ([Float], [Float], [Float]) = (
      [0, 0, 0, 1], [1, -1, 1, 2], [0, 2, 0, 0]
    )
    var maxima = [Float](repeating: .nan, count: 4)
    var places = [UInt8](repeating: 99, count: 4)
    mean.withUnsafeBufferPointer { mean in
      factor.withUnsafeBufferPointer { factor in
        shift.withUnsafeBufferPointer { shift in
          guard let mean = mean.baseAddress, let factor = factor.baseAddress,
            let shift = shift.baseAddress
          else { return }
          poolNormalised(
            shape, pixels.flatMap { $0 },
            ChannelNormalisation(mean: mean, factor: factor, shift: shift, isRectified: true),
            maxima: &maxima, places: &places)
        }
      }
    }
    #expect(maxima == [4, 0.5, -1, 7])
    #expect(places == [1, 2, 4, 1])
  }
}
