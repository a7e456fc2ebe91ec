internal import Kernels
internal import Mien
internal import NeuralNetwork
internal import TensorCore

/// Whole networks: a training step, and answering. The numbers they compute are compared with
/// PyTorch's by `peers/agreement.py`, and with the layers' by the tests.
///
/// The spread is that of `mien bench`, slowest less fastest over the median.
enum NetworkBenchmark {
  static var cases: [Benchmark] {
    [benchmark("step/vgg10/128", .step, batch: 128)]
      + [1, 8, 128].map { benchmark("inference/vgg10/\($0)", .infer, batch: $0) }
  }

  /// How speed grows with everything that can grow.
  static var growth: [Benchmark] {
    let batches = (0...9).map { 1 << $0 }
    return batches.map { benchmark("growth/step/batch/\($0)", .step, batch: $0) }
      + batches.map { benchmark("growth/inference/batch/\($0)", .infer, batch: $0) }
      + [16, 24, 32, 48, 64].map {
        benchmark("growth/step/width/\($0)", .step, batch: 128, width: $0)
      }
      + [1, 2].map { (workers: Int) in
        benchmark("growth/step/workers/\(workers)", .step, batch: 128, workers: workers)
      }
      + [48, 96].map { benchmark("growth/step/size/\($0)", .step, batch: 128, side: $0) }
  }

  /// `vgg10` with blocks of `width` channels and twice, four and eight times as many.
  private static func benchmark(
    _ name: String, _ work: SpeedMeasurement.Work, batch: Int, width: Int = 32, side: Int = 48,
    workers: Int? = nil
  ) -> Benchmark {
    let widths: [JSONValue] = [1, 2, 4, 8].map { .int(width * $0) }
    let model = ModelConfiguration.named("vgg10", settings: ["widths": .array(widths)])
    let input: Shape = [side, side, 1]
    return Benchmark(
      name: name,
      work: .images(
        batch,
        operations: operations(of: model, input) * Double(batch) * (work == .step ? 3 : 1))
    ) { effort in
      let usual = Workers.count
      defer { Workers.count = usual }
      Workers.count = workers ?? usual
      // A small batch takes a millisecond, in which much can interfere: it gets more runs.
      let runs = effort.runs * max(1, 16 / batch)
      let speed = try SpeedMeasurement(
        work, model: model, input: input, classes: 7, batchSize: batch, runs: runs)
      return (Measurement(milliseconds: speed.milliseconds, spread: speed.spread, runs: runs), nil)
    }
  }

  /// Those of one image on its way forward; both gradients take as many each.
  static func operations(of model: ModelConfiguration, _ input: Shape) -> Double {
    guard
      let network = try? model.build(input: input, classes: 7, random: RandomStream(seed: 1)),
      let summary = try? ModelSummary(network, input: input)
    else { preconditionFailure("vgg10 cannot be built for \(input)") }
    return 2 * Double(summary.multiplyAdds)
  }
}
