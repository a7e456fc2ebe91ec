import Foundation
import NeuralNetwork
import TensorCore

/// `mien model list | show NAME`
struct ModelCommand: Subcommand {
  /// What is asked for.
  enum Action: String, CaseIterable, ArgumentValue {
    case list, show
  }

  static let action = Positional<Action>("ACTION", "what is asked for")
  static let name = Positional<String?>(
    "NAME", "for show: a model's name, or a JSON file of its layers", .modelName)
  static let input = Option<String?>(
    "--input", "SHAPE",
    "the shape of an input: 48x48x1, 128x20, 58 (default: one that the network is for)")
  static let classes = Option<Int>(
    "--classes", "N", "the number of classes", default: 7, .atLeast(2))
  static let batch = Option<Int>(
    "--batch", "N", "the examples of a step that memory is planned for", default: 128,
    .between(1, 65_536))

  static let declaration = CommandDeclaration(
    name: "model", summary: "list the named networks, or show one layer by layer",
    discussion: "Shows layers, output shapes, parameters, multiply-adds and the memory of a "
      + "training step, without training.",
    arguments: [action, name, input, classes, batch],
    examples: [
      Example("all names", "mien model list"),
      Example("the reference network", "mien model show vgg10"),
      Example("for larger faces", "mien model show vgg10 --input 96x96x1"),
      Example("for spectrograms", "mien model show vgg-gap --input 64x128x1 --classes 8"),
      Example("for series of 128 frames", "mien model show time-cnn --input 128x20"),
      Example("for a table of 58 columns", "mien model show mlp --input 58"),
    ])

  private let action: Action
  private let name: String?
  private let input: Shape?
  private let classes: Int
  private let batch: Int

  init(arguments: ParsedArguments) throws {
    action = arguments[Self.action]
    name = arguments[Self.name]
    classes = arguments[Self.classes]
    batch = arguments[Self.batch]
    if action == .show, name == nil {
      throw UsageError("model", .missing(name: "NAME", expected: "the model to show"))
    }
    input = try arguments[Self.input].map {
      try Shape(word: $0, option: "--input", command: "model")
    }
  }

  func run(_ console: Console) throws {
    guard let name else { return try list(console) }
    let configuration = try ModelConfiguration(word: name)
    let input = try input ?? configuration.usualInput()
    let model = try configuration.build(
      input: input, classes: classes, random: RandomStream(seed: 0))
    let summary = try ModelSummary(model, input: input)
    let planned = try TrainingPlan.plannedBytes(model, input: input, batchSize: batch)
    try console.report(Report(summary, batch: batch, plannedBytes: planned)) {
      var table = Table([
        ("layer", .left), ("kind", .left), ("settings", .left), ("output", .left),
        ("parameters", .right), ("multiply-adds", .right),
      ])
      for row in summary.rows {
        table.add([
          row.path, row.kind, row.settings, "\(row.output)", "\(row.parameters)",
          "\(row.multiplyAdds)",
        ])
      }
      return "\(table)\n\n\(summary.parameters) parameters, "
        + String(
          format: "%.1f M multiply-adds (%.1f MFLOP) an input\n"
            + "%.0f MB planned for a training step of %d", Double(summary.multiplyAdds) * 1e-6,
          Double(summary.multiplyAdds) * 2e-6, Double(planned) * 1e-6, batch)
    }
  }

  /// What `--json` says of a model; MFLOPs count a multiply-add as two.
  private struct Report: Encodable {
    struct Layer: Encodable {
      let path: String
      let kind: String
      let settings: String
      let outputShape: Shape
      let parameters: Int
      let mflops: Double

      enum CodingKeys: String, CodingKey {
        case path, kind, settings, parameters, mflops
        case outputShape = "output_shape"
      }
    }
    let layers: [Layer]
    let parameters: Int
    let mflops: Double
    let batch: Int
    let plannedMegabytes: Double

    enum CodingKeys: String, CodingKey {
      case layers, parameters, mflops, batch
      case plannedMegabytes = "planned_memory_mb"
    }

    init(_ summary: ModelSummary, batch: Int, plannedBytes: Int) {
      self.batch = batch
      plannedMegabytes = Double(plannedBytes) * 1e-6
      layers = summary.rows.map {
        Layer(
          path: $0.path, kind: $0.kind, settings: $0.settings, outputShape: $0.output,
          parameters: $0.parameters, mflops: Double($0.multiplyAdds) * 2e-6)
      }
      parameters = summary.parameters
      mflops = Double(summary.multiplyAdds) * 2e-6
    }
  }

  private func list(_ console: Console) throws {
    let models = ModelZoo.models.map { ["name": $0.name, "summary": $0.summary] }
    try console.report(models) {
      var table = Table([("name", .left), ("what it is", .left)])
      for model in ModelZoo.models { table.add([model.name, model.summary]) }
      return "\(table)"
    }
  }
}
