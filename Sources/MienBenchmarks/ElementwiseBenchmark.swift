internal import Kernels

/// Batch norm and the activations, on the sizes of `vgg10` at batch 128: the measure is bytes.
enum ElementwiseBenchmark {
  static var cases: [Benchmark] {
    let norms = [(48, 32), (24, 64), (12, 128), (6, 256)].flatMap { side, channels in
      let rows = 128 * side * side
      let name = "batch-norm/\(rows)x\(channels)"
      let size = Double(4 * rows * channels)
      // Forward reads x twice and writes y; backward reads x and dy twice and writes dx.
      return [
        norm("\(name)/forward", rows, channels, 3 * size) { $0.forward() },
        norm("\(name)/backward", rows, channels, 5 * size) { $0.backward() },
      ]
    }
    return norms + [
      map("activation/relu/forward", .relu) { reluForward(count: $0, $1, $2) },
      map("activation/gelu/forward", .gelu) { geluForward(count: $0, $1, $2) },
      map("activation/tanh/forward", .tanh) { tanhForward(count: $0, $1, $2) },
    ]
  }

  private static func map(
    _ name: String, _ function: ActivationFunction,
    _ kernel: @escaping (Int, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) -> Benchmark {
    func buffers(_ count: Int) -> (x: [Float], y: Buffer<Float>) {
      (randomNumbers(count, seed: 1), Buffer(count, repeating: .nan))
    }
    let count = 128 * 48 * 48 * 32
    return Benchmark(
      name: name, work: .bytes(Double(8 * count)),
      check: {
        let (x, y) = buffers(10_007)
        kernel(x.count, x, y.base)
        return (relativeError(y.elements, Reference.activationForward(function, x)), 1e-6)
      },
      prepare: {
        let (x, y) = buffers(count)
        return { kernel(count, x, y.base) }
      })
  }

  private static func norm(
    _ name: String, _ rows: Int, _ channels: Int, _ bytes: Double,
    _ run: @escaping (Norm) -> Void
  ) -> Benchmark {
    Benchmark(
      name: name, work: .bytes(bytes),
      check: { (Norm(rows: 500, channels: channels).error(), 1e-5) },
      prepare: {
        let norm = Norm(rows: rows, channels: channels)
        norm.forward()
        return { run(norm) }
      })
  }

  private struct Norm {
    let rows, channels: Int
    let x, dy, scale, shift: [Float]
    let y, dx, mean, variance, dScale, dShift: Buffer<Float>

    init(rows: Int, channels: Int) {
      (self.rows, self.channels) = (rows, channels)
      x = randomNumbers(rows * channels, seed: 1)
      dy = randomNumbers(rows * channels, seed: 2)
      scale = randomNumbers(channels, seed: 3)
      shift = randomNumbers(channels, seed: 4)
      y = Buffer(rows * channels, repeating: .nan)
      dx = Buffer(rows * channels, repeating: .nan)
      mean = Buffer(channels, repeating: .nan)
      variance = Buffer(channels, repeating: .nan)
      dScale = Buffer(channels, repeating: .nan)
      dShift = Buffer(channels, repeating: .nan)
    }

    func forward() {
      batchNormStatistics(
        rows: rows, channels: channels, x, mean: mean.base, variance: variance.base)
      batchNormForward(
        rows: rows, channels: channels, epsilon: 1e-5, x, mean: mean.base,
        variance: variance.base, scale: scale, shift: shift, y.base)
    }

    func backward() {
      batchNormBackward(
        rows: rows, channels: channels, epsilon: 1e-5, x, mean: mean.base,
        variance: variance.base, areOfBatch: true, scale: scale, dy, dx: dx.base,
        dScale: dScale.base, dShift: dShift.base)
    }

    func error() -> Double {
      forward()
      backward()
      let (mean, variance) = Reference.batchNormStatistics(rows: rows, channels: channels, x)
      let expected = Reference.batchNormForward(
        channels: channels, epsilon: 1e-5, x, mean: mean, variance: variance, scale: scale,
        shift: shift)
      let gradients = Reference.batchNormBackward(
        rows: rows, channels: channels, epsilon: 1e-5, x, scale: scale, dy)
      return max(
        relativeError(y.elements, expected), relativeError(dx.elements, gradients.dx),
        relativeError(dScale.elements, gradients.dScale))
    }
  }
}
