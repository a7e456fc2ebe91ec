import Foundation
import Mien
import TensorCore
import Training

/// `mien release --run DIR --out DIR`
struct ReleaseCommand: Subcommand {
  static let run = Option<URL>("--run", "DIR", "the run to pass on")
  static let out = Option<URL>("--out", "DIR", "the checkpoint folder to write")
  static let split = Option<String?>(
    "--split", "SPLIT",
    "the rows that the figures are of (default: those that chose the best epoch)", .splitName)
  static let data = Option<URL?>(
    "--data", "DIR", "the prepared data with --split (default: those that the run learnt from)")
  static let remarks = Option<URL?>(
    "--remarks", "F.md", "what the card should say beside the figures, such as the data's origin")

  static let declaration = CommandDeclaration(
    name: "release", summary: "make a run ready to be passed on, with a model card",
    discussion: "Writes model.safetensors (the best epoch), config.json, results.csv, report.html "
      + "without examples, and MODEL_CARD.md: data, protocol, figures per class with intervals (of faces "
      + "for one view and for ten), by speaker or artist, calibration, what the network is bad at and what "
      + "it must not be used for. It is judged on the rows that chose its best epoch, or better on a "
      + "--split that nothing was chosen on. Paths on this machine are left out. Calibrate the run first.",
    arguments: [run, out, split, data, remarks],
    examples: [
      Example("a run", "mien release --run runs/a --out checkpoints/mine"),
      Example(
        "judged on speakers that nothing was chosen on",
        "mien release --run runs/voices --split test --out checkpoints/voices"),
      Example(
        "with words of your own",
        "mien release --run runs/a --out checkpoints/mine --remarks about.md"),
    ])

  private let run: URL
  private let out: URL
  private let split: String?
  private let data: URL?
  private let remarks: URL?

  init(arguments: ParsedArguments) throws {
    run = arguments[Self.run]
    out = arguments[Self.out]
    split = arguments[Self.split]
    data = arguments[Self.data]
    remarks = arguments[Self.remarks]
    guard data == nil || split != nil else {
      throw UsageError(
        "release", .missing(name: "--split", expected: "the rows of --data to judge on"))
    }
    guard out.standardizedFileURL != run.standardizedFileURL else {
      throw UsageError("release", .conflict("--out is the run itself; give another folder"))
    }
  }

  func run(_ console: Console) throws {
    let words = try remarks.map {
      String(decoding: try readFile($0, expected: "Markdown for the card"), as: UTF8.self)
    }
    let release = try Release(RunFolder(run), split: split, data: data)
    let bar = WorkBar("release", unit: "‰", console)
    defer { bar.finish() }
    let files = try release.write(to: out, remarks: words ?? "") { try bar.update(share: $0) }
    bar.finish()
    try console.report(Summary(files: files.map(\.relativePath))) {
      "read \(files[0].relativePath) before you pass it on"
    }
  }

  /// What `--json` says.
  private struct Summary: Encodable {
    let files: [String]
  }
}
