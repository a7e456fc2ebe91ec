internal import Foundation
internal import Kernels

/// What the features of sounds are made of: transforms of sixteen frames, and running medians. The
/// figures of docs/decisions/0019-fourier-over-frames.md.
enum SignalBenchmark {
  static var cases: [Benchmark] {
    [512, 2048].map(fourier) + [median]
  }

  /// Sixteen spectra; operations as of a transform of radix 2, 2.5 n log₂ n for real numbers.
  private static func fourier(_ length: Int) -> Benchmark {
    let plan = RealFourier(length: length)
    let signals = randomNumbers(16 * length, seed: 17)
    let operations = 16 * 2.5 * Double(length) * log2(Double(length))
    /// Transforms the signals; the transform loses them.
    func run(_ lost: Buffer<Float>, _ spectra: Buffer<Float>) {
      signals.withUnsafeBufferPointer {
        if let start = $0.baseAddress { lost.base.update(from: start, count: 16 * length) }
      }
      plan.transform(lost.base, spectra.base)
    }
    func room() -> (Buffer<Float>, Buffer<Float>) {
      (Buffer(16 * length, repeating: 0), Buffer(plan.bins * 32, repeating: 0))
    }
    return Benchmark(
      name: "signal/fourier/\(length)", work: .operations(operations),
      check: {
        let (lost, spectra) = room()
        run(lost, spectra)
        let expected = fourierReference((0..<length).map { Double(signals[16 * $0 + 3]) })
        let found = (0..<plan.bins).map { spectra.base[32 * $0 + 3] }
        return (relativeError(found, expected.real.map { Float($0) }), 1e-6)
      },
      prepare: {
        let (lost, spectra) = room()
        return { run(lost, spectra) }
      })
  }

  /// 1,025 medians of 31 numbers in sixteen lanes.
  private static var median: Benchmark {
    let (count, width) = (1025, 31)
    let filter = RunningMedian(width: width)
    let x = randomNumbers(16 * (count + width - 1), seed: 17)
    return Benchmark(
      name: "signal/median/\(width)", work: .bytes(Double(2 * 4 * 16 * count)),
      check: {
        let y = Buffer(count * 16, repeating: Float(0))
        filter(count: count, x, y.base)
        let expected = (0..<count).map { index in
          (index..<index + width).map { x[16 * $0 + 7] }.sorted()[width / 2]
        }
        return (relativeError((0..<count).map { y.base[16 * $0 + 7] }, expected), 0)
      },
      prepare: {
        let y = Buffer(count * 16, repeating: Float(0))
        return { filter(count: count, x, y.base) }
      })
  }
}
