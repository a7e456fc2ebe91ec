import Foundation
import Mien
import TensorCore

/// `mien export --checkpoint C --format onnx --out F.onnx`
struct ExportCommand: Subcommand {
  static let checkpoint = Option<URL>(
    "--checkpoint", "PATH", "a run folder, a checkpoint folder or a .safetensors file")
  static let format = Option<ExportFormat>("--format", "FORMAT", "what to write")
  static let out = Option<URL>("--out", "FILE", "the file to write")

  static let declaration = CommandDeclaration(
    name: "export", summary: "write a network for ONNX or PyTorch",
    discussion:
      "An onnx file runs as it is, on batches of any size: grey levels from 0 to 255 go in, "
      + "N x 1 x 48 x 48, or what else the network was trained on, as decibels of a spectrogram or a "
      + "table's columns; probabilities and logits come out; normalisation and a fitted temperature "
      + "are inside. A pytorch file is the state dictionary of an nn.Sequential as safetensors, with "
      + "all else in its metadata; docs/load_in_pytorch.py builds the network from it. Both name the "
      + "classes in their metadata. A network's preprocessing (equalisation, denoising) is in no file "
      + "and has to be done before: the metadata say how.",
    arguments: [checkpoint, format, out],
    examples: [
      Example(
        "for onnxruntime", "mien export --checkpoint runs/a --format onnx --out emotion.onnx"),
      Example(
        "for PyTorch",
        "mien export --checkpoint runs/a --format pytorch --out emotion.safetensors"),
    ])

  private let checkpoint, out: URL
  private let format: ExportFormat

  init(arguments: ParsedArguments) {
    checkpoint = arguments[Self.checkpoint]
    format = arguments[Self.format]
    out = arguments[Self.out]
  }

  func run(_ console: Console) throws {
    let export = try ModelExport(
      of: Checkpoint(at: checkpoint), as: format, to: out, version: MienProgram.version)
    if let preprocessing = export.preprocessing {
      console.note(
        "the network's preprocessing is not in the file and has to be done before: \(preprocessing)"
      )
    }
    try console.report(export) { page(export, console) }
  }

  private func page(_ export: ModelExport, _ console: Console) -> String {
    let shape = (["N"] + export.inputShape.dimensions.map(String.init)).joined(separator: " x ")
    let input =
      switch export.normalisation {
      case .graph: "\(shape), \(export.values), normalised inside"
      case .metadata: "\(shape), \(export.values), to be normalised as the metadata say"
      }
    let output =
      (format == .onnx ? "probabilities and logits of " : "logits of ")
      + export.classes.map(\.printable).joined(separator: ", ")
    let temperature =
      export.temperature == 1
      ? "none" : "\(export.temperature)" + (format == .onnx ? ", inside" : ", in the metadata")
    let megabytes = String(format: "%.1f MB", Double(export.bytes) * 1e-6)
    return """
      \(console.styled("\(out.relativePath), \(megabytes)", .bold))
      network: \(export.model), \(counted(export.parameters, "parameter"))
      input: \(input)
      output: \(output)
      temperature: \(temperature)
      """
  }
}

extension ExportFormat: ArgumentValue {}
