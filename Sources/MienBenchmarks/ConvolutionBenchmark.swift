internal import Kernels

/// The convolutions of the reference network `vgg10`, each pass by itself and all together.
enum ConvolutionBenchmark {
  static let batch = 128

  /// Side, input channels and filters of the eight 3x3 layers.
  static let layers: [(side: Int, channels: Int, filters: Int)] = [
    (48, 1, 32), (48, 32, 32), (24, 32, 64), (24, 64, 64), (12, 64, 128), (12, 128, 128),
    (6, 128, 256), (6, 256, 256),
  ]

  static var cases: [Benchmark] {
    layers.flatMap { layer in
      let shape = shape(layer, batch: batch)
      let name = "convolution/\(layer.side)x\(layer.side)/\(layer.channels)-\(layer.filters)"
      return [
        ("forward", [.forward]), ("backward-input", [.input]), ("backward-weight", [.weight]),
        ("all", [.forward, .backward]),
      ].map { (pass: String, passes: [Pass]) in
        benchmark("\(name)/\(pass)", [shape], passes)
      }
    } + [
      benchmark("convolution/vgg10/forward", layers.map { shape($0, batch: batch) }, [.forward]),
      benchmark(
        "convolution/vgg10/all", layers.map { shape($0, batch: batch) }, [.forward, .backward]),
    ]
  }

  enum Pass {
    case forward, input, weight
    /// The gradients by input and weights at once.
    case backward

    /// How many times the multiply-adds of one pass it takes.
    var size: Int { self == .backward ? 2 : 1 }
  }

  static func shape(
    _ layer: (side: Int, channels: Int, filters: Int), batch: Int
  ) -> ConvolutionShape {
    ConvolutionShape(
      batch: batch, input: Extent2D(layer.side), inputChannels: layer.channels,
      filters: layer.filters, window: Window2D(size: Extent2D(3), padding: Extent2D(1)))
  }

  /// Each shape by its own algorithm; against `baseline` where one is given.
  static func benchmark(
    _ name: String, _ shapes: [ConvolutionShape], _ passes: [Pass],
    baseline: ConvolutionAlgorithm? = nil
  ) -> Benchmark {
    Benchmark(
      name: name,
      work: .operations(
        shapes.reduce(0) { sum, shape in
          passes.reduce(sum) { $0 + 2 * Double(shape.multiplyAdds * $1.size) }
        }),
      check: { (shapes.map { check($0, passes) }.max() ?? .infinity, 1e-5) },
      prepare: {
        let memories = shapes.map { Memory($0) }
        return { for memory in memories { memory.run(passes) } }
      },
      prepareBaseline: baseline.map { baseline in
        {
          let memories = shapes.map { Memory($0) }
          return { for memory in memories { memory.run(passes, by: baseline) } }
        }
      })
  }

  /// The error of a few images, each output being worked out by the definition.
  private static func check(_ shape: ConvolutionShape, _ passes: [Pass]) -> Double {
    let few = ConvolutionShape(
      batch: 2, input: shape.input, inputChannels: shape.inputChannels, filters: shape.filters,
      window: shape.window)
    let memory = Memory(few)
    memory.run(passes)
    let expected = Reference.convolutionBackward(few, memory.x, memory.weight, memory.dy)
    return passes.map {
      switch $0 {
      case .forward:
        relativeError(
          memory.y.elements, Reference.convolutionForward(few, memory.x, memory.weight))
      case .input: relativeError(memory.dx.elements, expected.dx)
      case .weight: relativeError(memory.dWeight.elements, expected.dWeight)
      case .backward:
        max(
          relativeError(memory.dx.elements, expected.dx),
          relativeError(memory.dWeight.elements, expected.dWeight))
      }
    }.max() ?? .infinity
  }

  private struct Memory {
    let shape: ConvolutionShape
    let x, weight, dy: [Float]
    let y, dx, dWeight: Buffer<Float>

    init(_ shape: ConvolutionShape) {
      self.shape = shape
      x = randomNumbers(shape.inputCount, seed: 1)
      weight = randomNumbers(shape.weightCount, seed: 2)
      dy = randomNumbers(shape.outputCount, seed: 3)
      y = Buffer(shape.outputCount, repeating: .nan)
      dx = Buffer(shape.inputCount, repeating: .nan)
      dWeight = Buffer(shape.weightCount, repeating: .nan)
    }

    func run(_ passes: [Pass], by algorithm: ConvolutionAlgorithm? = nil) {
      for pass in passes {
        switch pass {
        case .forward:
          convolutionForward(shape, algorithm: algorithm, x, weight, bias: nil, y.base)
        case .input:
          convolutionBackwardInput(shape, algorithm: algorithm, weight, dy, dx: dx.base)
        case .weight:
          convolutionBackwardWeight(
            shape, algorithm: algorithm, x, dy, dWeight: dWeight.base, dBias: nil)
        case .backward:
          convolutionBackward(
            shape, algorithm: algorithm, x, weight, dy, dx: dx.base, dWeight: dWeight.base,
            dBias: nil)
        }
      }
    }
  }
}
