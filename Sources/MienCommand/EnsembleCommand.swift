import Foundation
import Mien
import TensorCore
import Training

/// `mien ensemble --checkpoint A --checkpoint B --out DIR`
struct EnsembleCommand: Subcommand {
  static let checkpoints = Option<[URL]>(
    "--checkpoint", "PATH",
    "a run folder, a checkpoint folder or a folder of folds; repeat it for each member")
  static let out = Option<URL>("--out", "DIR", "the checkpoint folder to write")

  static let declaration = CommandDeclaration(
    name: "ensemble", summary: "make one network of several",
    discussion:
      "Writes a checkpoint whose logits are the sum of the members', so that whatever asks one "
      + "network asks them all: predict, explain, evaluate, export, release. Probabilities are the geometric "
      + "mean of the members'. Members have learnt from the same rows, each by a seed of its own; where rows "
      + "are dealt, data.seed keeps them the same. Folders that mien train --folds made are joined fold "
      + "by fold, and each is measured on the rows that no member has seen.",
    arguments: [checkpoints, out],
    examples: [
      Example(
        "three seeds as one", "mien ensemble --checkpoint a --checkpoint b --checkpoint c --out abc"
      ),
      Example(
        "what that is worth, by cross-validations with one data.seed",
        "mien ensemble --checkpoint folds1 --checkpoint folds2 --out folds"),
    ])

  private let checkpoints: [URL]
  private let out: URL

  init(arguments: ParsedArguments) {
    checkpoints = arguments[Self.checkpoints]
    out = arguments[Self.out]
  }

  /// What is said of one network.
  private struct Report: Encodable {
    let checkpoint: String
    let members: [String]
    let parameters: Int
    let temperature: Double?
  }

  func run(_ console: Console) throws {
    let areFolds = checkpoints.allSatisfy { RunFolder($0).holdsFolds }
    guard !areFolds else { return try joinFolds(console) }
    let made = try FusedEnsemble(checkpoints.map { try Checkpoint(at: $0) }).write(to: out)
    let report = Report(
      checkpoint: out.path, members: checkpoints.map(\.path), parameters: made.parameterCount,
      temperature: made.temperature)
    try console.report(report) {
      "\(out.relativePath): \(counted(checkpoints.count, "network")) as one, "
        + "\(counted(report.parameters, "parameter"))"
    }
  }

  private func joinFolds(_ console: Console) throws {
    let bar = WorkBar("ensemble", unit: "folds", console)
    defer { bar.finish() }
    let summary = try FusedEnsemble.joinFolds(of: checkpoints, to: out) { done, count in
      try bar.update(share: Double(done) / Double(count), of: count)
    }
    bar.finish()
    try console.report(FoldsReport(run: out.path, summary: summary)) {
      (["\(FoldsReport.table(summary))"] + FoldsReport.words(summary)
        + ["look at \(out.relativePath)/folds.csv"]).joined(separator: "\n\n")
    }
  }
}
