import Foundation
import Mien
import NeuralNetwork
import TensorCore

/// `mien import --weights F.safetensors --out DIR`
struct ImportCommand: Subcommand {
  static let weights = Option<URL>(
    "--weights", "FILE", "a PyTorch state dictionary as safetensors")
  static let out = Option<URL>("--out", "DIR", "the checkpoint folder to write")
  static let model = Option<String?>(
    "--model", "MODEL",
    "a model's name, or a JSON file of layers, one for each module of the nn.Sequential", .modelName
  )
  static let classes = Option<String?>(
    "--classes", "A,B,…", "the classes in the order of the outputs, with commas between")
  static let input = Option<String?>(
    "--input", "SHAPE", "the shape of an input: 48x48x1, 128x20, 58 (default: 48x48x1)")
  static let mean = Option<Double?>(
    "--mean", "X",
    "what was subtracted from grey levels / 255 of pictures, from the numbers themselves of others "
      + "(default: 0)")
  static let deviation = Option<Double?>(
    "--deviation", "X", "what they were divided by then (default: 1)", .atLeast(0))

  static let declaration = CommandDeclaration(
    name: "import", summary: "take over a network from PyTorch",
    discussion: "Makes a checkpoint folder of a PyTorch state dictionary that was saved with "
      + "safetensors.torch.save_file. A file that mien export --format pytorch wrote needs no more "
      + "options; what is given takes the place of what it says. Any other needs --model and "
      + "--classes. If a layer cannot take its weights, the error names the first such layer. What "
      + "Mien has no layer for cannot be imported.",
    arguments: [weights, out, model, classes, input, mean, deviation],
    examples: [
      Example(
        "what mien export wrote", "mien import --weights emotion.safetensors --out imported"),
      Example(
        "a network of your own",
        "mien import --weights net.st --model net.json --classes happy,sad --out net"),
    ])

  private let weights, out: URL
  private let model: String?
  private var description = ModelImport.Description()

  init(arguments: ParsedArguments) throws {
    weights = arguments[Self.weights]
    out = arguments[Self.out]
    model = arguments[Self.model]
    description.classes = arguments[Self.classes].map { text in
      text.split(separator: ",", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
    }
    description.input = try arguments[Self.input].map {
      try Shape(word: $0, option: "--input", command: "import")
    }
    description.mean = arguments[Self.mean]
    description.standardDeviation = arguments[Self.deviation]
  }

  func run(_ console: Console) throws {
    var description = description
    description.model = try model.map { try ModelConfiguration(word: $0) }
    let network = try ModelImport(weights: weights, described: description)
    try network.write(to: out)
    let report = try Report(network, to: out)
    try console.report(report) {
      [
        console.styled(out.relativePath, .bold)
          + ": \(report.model), \(counted(report.parameters, "parameter"))",
        "classes: \(report.classes.map(\.printable).joined(separator: ", "))",
        "try it: mien predict --checkpoint \(out.relativePath) PATH",
      ].joined(separator: "\n")
    }
  }

  /// What `--json` says.
  private struct Report: Encodable {
    let weights, checkpoint, model: String
    let parameters: Int
    let classes: [String]
    let input: InputConfiguration
    let temperature: Double?

    init(_ network: ModelImport, to folder: URL) throws {
      weights = network.weights.path
      checkpoint = folder.path
      model = network.configuration.title
      parameters = try ModelSummary(network.model, input: network.input.shape).parameters
      classes = network.classes
      input = network.input
      temperature = network.temperature
    }
  }
}
