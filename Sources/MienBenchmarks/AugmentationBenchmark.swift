internal import Datasets
internal import Foundation
internal import Kernels
internal import TensorCore

/// Changing a batch of drawn faces at random, on one thread. The measure is bytes written; the
/// baseline is the exact path that mirror images and shifts by whole pixels take.
enum AugmentationBenchmark {
  static var cases: [Benchmark] {
    var moved = Augmentation(flip: 0.5, shift: 2)
    moved.rotation.degrees = 15
    moved.scale.factors = Interval(0.9, 1.1)
    moved.erasing.probability = 0.5
    var everything = moved
    everything.crop.smallestSide = 0.8
    everything.contrast.amount = 0.2
    everything.brightness.levels = 20
    everything.gamma.exponents = Interval(0.7, 1.4)
    everything.blur.deviation = 1
    everything.noise.deviation = 8
    everything.mixup.probability = 0.5
    everything.cutMix.probability = 0.5
    let rows = 128
    return [("moved-and-erased", moved), ("everything", everything)].map { name, augmentation in
      Benchmark(
        name: "augmentation/\(name)/\(rows)", work: .bytes(Double(4 * rows * 48 * 48))
      ) { try measure(augmentation, rows: rows, $0) }
    }
  }

  private static func measure(
    _ augmentation: Augmentation, rows: Int, _ effort: Effort
  ) throws -> (own: Measurement, baseline: Measurement?) {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("mien-augmentation-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let workers = Workers.count
    Workers.count = 1
    defer {
      Workers.count = workers
      try? FileManager.default.removeItem(at: folder)
    }
    let dataset = try EpochBenchmark.drawnFaces(rows: rows, in: folder)
    func run(_ augmentation: Augmentation) -> () -> Void {
      let indices = Array(0..<rows)
      let source = dataset.source(
        rows: indices, normalisation: dataset.manifest.normalisation, augmentation: augmentation)
      var epoch = 0
      return {
        epoch += 1
        _ = source.augmentedBatch(indices, random: RandomStream(seed: 1).substream(epoch))
      }
    }
    return Measurement.alternating(
      effort, run(augmentation), run(Augmentation(flip: 0.5, shift: 2)))
  }
}
