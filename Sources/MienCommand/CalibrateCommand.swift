import Evaluation
import Foundation
import Mien
import TensorCore

/// `mien calibrate --checkpoint C --data DIR --split S`
struct CalibrateCommand: Subcommand {
  static let checkpoint = Option<URL>(
    "--checkpoint", "PATH", "a run folder, a checkpoint folder or a .safetensors file")
  static let data = Option<URL?>(
    "--data", "DIR", "the folder that mien prepare made (default: the run's)")
  static let split = Option<String?>(
    "--split", "SPLIT",
    "the rows to fit on (default: those that chose the run's best epoch); PrivateTest, test and rows "
      + "that were learnt from are refused", .splitName)
  static let batchSize = Option<Int>(
    "--batch-size", "N", "examples at a time", default: 128, .atLeast(1))

  static let declaration = CommandDeclaration(
    name: "calibrate", summary: "make a network as sure as it is right",
    discussion: "Fits one temperature by which the network's logits are divided, so that its "
      + "probabilities say how often it is right (Guo et al. 2017), and keeps it in the "
      + "checkpoint's config.json. Every command that asks the network uses it from then on. No "
      + "answer changes, and so no accuracy. Training does the same at its end with --set "
      + "calibrate=true.",
    arguments: [checkpoint, data, split, batchSize],
    examples: [
      Example("a run, on the rows that chose it", "mien calibrate --checkpoint runs/a"),
      Example(
        "a checkpoint on a split",
        "mien calibrate --checkpoint runs/a --data prepared --split PublicTest"),
    ])

  private let checkpoint: URL
  private let data: URL?
  private let split: String?
  private let batchSize: Int

  init(arguments: ParsedArguments) throws {
    checkpoint = arguments[Self.checkpoint]
    data = arguments[Self.data]
    split = arguments[Self.split]
    batchSize = arguments[Self.batchSize]
    if data != nil && split == nil {
      throw UsageError(
        "calibrate", .missing(name: "--split", expected: "the rows of --data to fit on"))
    }
  }

  func run(_ console: Console) throws {
    let checkpoint = try Checkpoint(at: checkpoint)
    let bar = WorkBar("calibrate", unit: "‰", console)
    defer { bar.finish() }
    let calibration = try Calibration(
      of: checkpoint, data: data, split: split, batchSize: batchSize
    ) { try bar.update(share: $0) }
    try checkpoint.store(temperature: calibration.temperature, rows: calibration.rows)
    bar.finish()
    if calibration.isAtBound {
      console.note(
        "the best temperature lies beyond \(calibration.temperature): with \(calibration.n) rows, "
          + "\(percent(calibration.accuracy)) of them right, there is no telling how sure to be")
    }
    try console.report(calibration) { Self.page(calibration, console) }
  }

  private static func page(_ calibration: Calibration, _ console: Console) -> String {
    var table = Table([("measure", .left), ("before", .right), ("after", .right)])
    let (before, after) = (calibration.before, calibration.after)
    table.add([
      "log loss", String(format: "%.4f", before.logLoss), String(format: "%.4f", after.logLoss),
    ])
    table.add(["calibration error (ECE)", percent(before.ece), percent(after.ece)])
    let same = percent(calibration.accuracy)
    table.add(["accuracy", same, same])
    let heading = String(
      format: "temperature %.4f, fitted on %d rows of ", calibration.temperature, calibration.n)
    return [
      console.styled(heading + calibration.rows, .bold), "\(table)",
      "kept in the config.json beside \(calibration.checkpoint)",
    ].joined(separator: "\n\n")
  }
}
