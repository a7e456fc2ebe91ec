internal import Kernels

/// Pooling moves numbers more than it computes: the measure is bytes.
enum PoolingBenchmark {
  static var cases: [Benchmark] {
    [
      (48, 32, 2, 2, 0), (24, 64, 2, 2, 0), (12, 128, 2, 2, 0), (6, 256, 2, 2, 0),
      (48, 32, 3, 2, 1),
    ].flatMap { side, channels, size, stride, padding in
      let shape = shape(
        batch: 128, side: side, channels: channels, size: size, stride: stride, padding: padding)
      let window = "\(side)x\(side)x\(channels)/\(size)-\(stride)"
      let (x, y) = (Double(4 * shape.inputCount), Double(4 * shape.outputCount))
      return [
        benchmark("pooling/max/\(window)/forward", shape, x + 1.5 * y) { $0.maxForward() },
        benchmark("pooling/max/\(window)/backward", shape, x + 1.5 * y) { $0.maxBackward() },
        benchmark("pooling/average/\(window)/forward", shape, x + y) { $0.averageForward() },
        benchmark("pooling/average/\(window)/backward", shape, x + y) { $0.averageBackward() },
      ]
    }
  }

  private static func shape(
    batch: Int, side: Int, channels: Int, size: Int, stride: Int, padding: Int
  ) -> PoolingShape {
    PoolingShape(
      batch: batch, input: Extent2D(side), channels: channels, size: Extent2D(size),
      stride: Extent2D(stride), padding: Extent2D(padding))
  }

  private static func benchmark(
    _ name: String, _ shape: PoolingShape, _ bytes: Double, _ run: @escaping (Memory) -> Void
  ) -> Benchmark {
    Benchmark(
      name: name, work: .bytes(bytes),
      check: {
        let memory = Memory(
          PoolingShape(
            batch: 2, input: shape.input, channels: shape.channels, size: shape.window.size,
            stride: shape.window.stride, padding: shape.window.padding))
        return (memory.error(), 1e-5)
      },
      prepare: {
        let memory = Memory(shape)
        return { run(memory) }
      })
  }

  private struct Memory {
    let shape: PoolingShape
    let x, dy: [Float]
    let y, dx: Buffer<Float>
    let places: Buffer<UInt16>

    /// With the places of real maxima, for backward to start from.
    init(_ shape: PoolingShape) {
      self.shape = shape
      x = randomNumbers(shape.inputCount, seed: 1)
      dy = randomNumbers(shape.outputCount, seed: 2)
      y = Buffer(shape.outputCount, repeating: .nan)
      dx = Buffer(shape.inputCount, repeating: .nan)
      places = Buffer(shape.outputCount, repeating: 0)
      maxForward()
    }

    func maxForward() { maxPoolingForward(shape, x, y.base, places: places.base) }
    func maxBackward() { maxPoolingBackward(shape, dy, places: places.base, dx: dx.base) }
    func averageForward() { averagePoolingForward(shape, x, y.base) }
    func averageBackward() { averagePoolingBackward(shape, dy, dx: dx.base) }

    /// The largest error of the four against their references.
    func error() -> Double {
      var errors: [Double] = []
      maxForward()
      errors.append(relativeError(y.elements, Reference.maxPoolingForward(shape, x).y))
      maxBackward()
      errors.append(relativeError(dx.elements, Reference.maxPoolingBackward(shape, x, dy)))
      averageForward()
      errors.append(relativeError(y.elements, Reference.averagePoolingForward(shape, x)))
      averageBackward()
      errors.append(relativeError(dx.elements, Reference.averagePoolingBackward(shape, dy)))
      return errors.max() ?? .infinity
    }
  }
}
