internal import Datasets
internal import Foundation
internal import Mien
internal import NeuralNetwork
internal import TensorCore
internal import Training

/// A whole epoch on drawn faces: reading, normalising, augmenting and learning. Its baseline is the
/// same epoch with one batch that is always at hand, so the factor is the share of the pure step
/// rate that is left; below 1, because preparing batches costs something.
enum EpochBenchmark {
  static var cases: [Benchmark] {
    let (rows, batchSize) = (2048, 128)
    let operations = 3 * NetworkBenchmark.operations(of: .named("vgg10"), [48, 48, 1])
    return [
      Benchmark(
        name: "epoch/vgg10/\(batchSize)",
        work: .images(rows, operations: operations * Double(rows))
      ) { try measure(rows: rows, batchSize: batchSize, $0) }
    ]
  }

  private static func measure(
    rows: Int, batchSize: Int, _ effort: Effort
  ) throws -> (own: Measurement, baseline: Measurement?) {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("mien-epoch-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let dataset = try drawnFaces(rows: rows, in: folder)

    let examples: any BatchSource = dataset.source(
      rows: Array(0..<rows), normalisation: dataset.manifest.normalisation,
      augmentation: RunConfiguration().augmentation)
    let atHand = BatchAtHand(try examples.batch(Array(0..<batchSize)), of: examples)
    let one = dataset.source(rows: [0], normalisation: dataset.manifest.normalisation)
    let learning = try TrainingConfiguration(epochs: 1, batchSize: batchSize, seed: 1)
    func epoch(on source: any BatchSource) throws -> Double {
      let model = try ModelConfiguration.named("vgg10").build(
        input: source.exampleShape, classes: source.classes.count, random: RandomStream(seed: 1))
      var state = TrainingState(model: model, optimiser: try learning.optimiser.make(for: model))
      _ = try Trainer(learning, examples: source, selection: one).run(&state)
      return 1e3 * Double(rows) / state.history[0].imagesPerSecond
    }

    var (own, baseline) = ([Double](), [Double]())
    for run in 0...effort.runs {
      let pair = (try epoch(on: examples), try epoch(on: atHand))
      if run == 0 { continue }  // a warm-up
      own.append(pair.0)
      baseline.append(pair.1)
    }
    return (Measurement(milliseconds: own), Measurement(milliseconds: baseline))
  }

  static func drawnFaces(rows: Int, in folder: URL) throws -> PreparedDataset {
    let csv = folder.appendingPathComponent("faces.csv")
    let prepared = folder.appendingPathComponent("prepared")
    try SyntheticFaces(seed: 1).writeCSV(rows: rows, to: csv)
    _ = try Preparation.prepare(csv, to: prepared, PreparationOptions())
    return try PreparedDataset(at: prepared)
  }
}

/// As many examples as another source, all of them from one batch made beforehand.
private struct BatchAtHand: BatchSource {
  let count: Int
  let exampleShape: Shape
  let classes: [String]
  let labels: [Int]
  private let ready: Batch

  init(_ ready: Batch, of source: any BatchSource) {
    (count, exampleShape, classes) = (source.count, source.exampleShape, source.classes)
    (labels, self.ready) = (source.labels, ready)
  }

  func batch(_ indices: [Int]) -> Batch {
    precondition(
      indices.count == ready.labels.count, "\(indices.count) rows of \(ready.labels.count)")
    return ready
  }

  func augmentedBatch(_ indices: [Int], random: RandomStream) -> Batch { batch(indices) }
}
