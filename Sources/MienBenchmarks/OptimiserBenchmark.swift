internal import Kernels

/// What an optimiser does to the weights of `vgg10`'s largest layer, three times over, beside the
/// naive loop: the measure is bytes.
enum OptimiserBenchmark {
  private static let count = 3 * 3 * 256 * 256 * 3

  static var cases: [Benchmark] {
    [
      benchmark(
        "optimiser/sgd", floats: 5,
        fast: {
          gradientDescentStep(
            count: $0.count, learningRate: 1e-3, momentum: 0.9, nesterov: true, weightDecay: 1e-2,
            gradient: $0.gradient, weight: $0.weight.base, velocity: $0.mean.base)
        },
        naive: {
          let step = Reference.gradientDescentStep(
            learningRate: 1e-3, momentum: 0.9, nesterov: true, weightDecay: 1e-2,
            gradient: $0.gradient, weight: $0.weight.elements, velocity: $0.mean.elements)
          $0.put(step.weight, step.velocity, $0.square.elements)
        }),
      benchmark(
        "optimiser/adamw", floats: 7,
        fast: {
          adamStep(
            count: $0.count,
            AdamCoefficients(
              step: 5, learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8,
              weightDecay: 1e-2, isDecoupled: true),
            gradient: $0.gradient, weight: $0.weight.base, mean: $0.mean.base,
            square: $0.square.base)
        },
        naive: {
          let step = Reference.adamStep(
            step: 5, learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8,
            weightDecay: 1e-2, isDecoupled: true, gradient: $0.gradient,
            weight: $0.weight.elements, mean: $0.mean.elements, square: $0.square.elements)
          $0.put(step.weight, step.mean, step.square)
        }),
      benchmark(
        "optimiser/average", floats: 3,
        fast: {
          moveAverage(count: $0.count, factor: 1e-3, towards: $0.gradient, $0.weight.base)
        },
        naive: { memory in
          memory.put(
            zip(memory.weight.elements, memory.gradient).map { $0 + 1e-3 * ($1 - $0) },
            memory.mean.elements, memory.square.elements)
        }),
      benchmark(
        "optimiser/norm", floats: 1,
        fast: { $0.weight.base[0] = Float(sumOfSquares(count: $0.count, $0.gradient)) },
        naive: {
          $0.weight.base[0] = Float($0.gradient.reduce(0) { $0 + Double($1) * Double($1) })
        }),
    ]
  }

  /// - Parameter floats: read and written a weight.
  private static func benchmark(
    _ name: String, floats: Int, fast: @escaping (Memory) -> Void,
    naive: @escaping (Memory) -> Void
  ) -> Benchmark {
    Benchmark(
      name: name, work: .bytes(Double(4 * floats * count)),
      check: {
        let (own, expected) = (Memory(10_007), Memory(10_007))
        fast(own)
        naive(expected)
        return (relativeError(own.weight.elements, expected.weight.elements), 1e-6)
      },
      prepare: {
        let memory = Memory(count)
        return { fast(memory) }
      },
      prepareBaseline: {
        let memory = Memory(count)
        return { naive(memory) }
      })
  }

  private final class Memory {
    let gradient: [Float]
    let weight, mean, square: Buffer<Float>
    var count: Int { gradient.count }

    init(_ count: Int) {
      gradient = randomNumbers(count, seed: 1)
      weight = Buffer(count, repeating: 0.5)
      mean = Buffer(count, repeating: 0.25)
      square = Buffer(count, repeating: 0.125)
    }

    func put(_ weight: [Float], _ mean: [Float], _ square: [Float]) {
      for i in 0..<count {
        self.weight.base[i] = weight[i]
        self.mean.base[i] = mean[i]
        self.square.base[i] = square[i]
      }
    }
  }
}
