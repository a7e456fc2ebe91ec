import Foundation
import Kernels
import Mien
import NeuralNetwork
import TensorCore

/// `mien bench step|infer`
struct BenchCommand: Subcommand {
  static let work = Positional<SpeedMeasurement.Work>(
    "WORK", "step: a training step; infer: answering")
  static let model = Option<String>(
    "--model", "MODEL", "the network: a name, or a JSON file with a list of layers",
    default: "vgg10", .modelName)
  static let input = Option<String?>(
    "--input", "SHAPE",
    "the shape of an input: 48x48x1, 128x20, 58 (default: one that the network is for)")
  static let batchSize = Option<Int>(
    "--batch-size", "N", "images at a time", default: 128, .between(1, 65_536))
  static let runs = Option<Int>("--runs", "N", "batches timed", default: 9, .atLeast(1))

  static let precision = Option<InferencePrecision?>(
    "--precision", "P", "the numbers that infer multiplies (default: fp32)")
  static let profile = Flag("--profile", "the time of every op of the plan")

  static let declaration = CommandDeclaration(
    name: "bench", summary: "measure images a second on random data",
    discussion: "Times whole batches with 7 classes, of 48x48x1 images unless told, after two that "
      + "do not count, and gives the median. The spread is slowest less fastest over the median.",
    arguments: [work, model, input, batchSize, runs, precision, profile],
    examples: [
      Example("training the reference network", "mien bench step --model vgg10 --batch-size 128"),
      Example("one image at a time", "mien bench infer --batch-size 1 --workers 1 --json"),
      Example("spectrograms", "mien bench step --model vgg-gap --input 64x128x1 --batch-size 32"),
      Example(
        "one image, in numbers of 16 bits",
        "mien bench infer --batch-size 1 --runs 1000 --precision bf16"),
    ])

  private let work: SpeedMeasurement.Work
  private let model: String
  private let input: Shape?
  private let batchSize: Int
  private let runs: Int
  private let precision: InferencePrecision
  private let isProfiling: Bool

  init(arguments: ParsedArguments) throws {
    work = arguments[Self.work]
    model = arguments[Self.model]
    input = try arguments[Self.input].map {
      try Shape(word: $0, option: "--input", command: "bench")
    }
    batchSize = arguments[Self.batchSize]
    runs = arguments[Self.runs]
    isProfiling = arguments[Self.profile]
    guard work == .infer || arguments[Self.precision] == nil else {
      throw UsageError(
        Self.declaration.name, .conflict("--precision is for infer; a step is trained in fp32"))
    }
    precision = arguments[Self.precision] ?? .float32
  }

  func run(_ console: Console) throws {
    let model = try ModelConfiguration(word: model)
    let bar = ProgressBar("bench", total: runs + 2, unit: "batches", console: console)
    let measurement = try SpeedMeasurement(
      work, model: model, input: try input ?? model.usualInput(), classes: 7,
      batchSize: batchSize, runs: runs, isProfiling: isProfiling, precision: precision
    ) { _ in
      bar.advance()
      try Interruption.check()
    }
    bar.finish()
    try console.report(measurement) {
      var table = Table(
        [("op", .left), ("ms", .right)] + (work == .infer ? [("least", .right)] : []))
      for op in measurement.profile ?? [] {
        let times = [op.milliseconds] + (op.leastMilliseconds.map { [$0] } ?? [])
        table.add([op.name] + times.map { String(format: work == .infer ? "%.4f" : "%.2f", $0) })
      }
      return (measurement.profile == nil ? "" : "\(table)\n\n")
        + String(
          format: "%.1f images/s, %.2f ms a batch of %d (median of %d, least %.2f ms, spread "
            + "%.0f %%), peak memory %.0f MB", measurement.imagesPerSecond,
          measurement.milliseconds, batchSize, runs, measurement.leastMilliseconds,
          100 * measurement.spread, measurement.peakResidentMegabytes)
    }
  }
}

extension SpeedMeasurement.Work: ArgumentValue {}
extension InferencePrecision: ArgumentValue {}
