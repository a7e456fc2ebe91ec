import Evaluation
import Foundation
import Kernels
import Mien
import Reporting
import TensorCore
import Training

/// `mien evaluate --checkpoint C --data DIR --split S`
struct EvaluateCommand: Subcommand {
  static let data = Option<URL>("--data", "DIR", "the folder that mien prepare made")
  static let split = Option<String>("--split", "SPLIT", "the rows to judge on", .splitName)
  static let predictions = Option<URL?>(
    "--predictions", "F.csv", "also write every row's truth, answer and probabilities")
  static let out = Option<URL?>(
    "--out", "DIR", "where confusion.png goes (default: evaluation-SPLIT in the run folder)")
  static let withoutDuplicates = Flag(
    "--without-duplicates",
    "leave out rows that are equal or nearly equal to rows the network learnt from (quality.json)")
  static let batchSize = Option<Int>(
    "--batch-size", "N", "examples at a time", default: 128, .atLeast(1))

  static let precision = Option<InferencePrecision>(
    "--precision", "P", "the numbers that the network multiplies", default: .float32)

  static let declaration = CommandDeclaration(
    name: "evaluate", summary: "measure a trained network on a split",
    discussion: "Prints accuracy, F1 scores, calibration error, log loss, Brier score, areas under "
      + "ROC and precision-recall curves of each class against the rest, a table per class, the "
      + "confusion matrix, and where the data know them results by speaker or artist and by corpus, and draws the matrix as confusion.png. Nothing is learnt from the "
      + "rows that are judged on.",
    arguments: [
      CheckpointOption.key, data, split, CheckpointOption.views, withoutDuplicates, predictions,
      out, batchSize, precision,
    ],
    examples: [
      Example(
        "a run on PublicTest",
        "mien evaluate --checkpoint runs/a --data prepared --split PublicTest"),
      Example(
        "with ten views a face",
        "mien evaluate --checkpoint runs/a --data prepared --split test --tta ten-crop"),
      Example(
        "an ensemble: the mean of what two networks say",
        "mien evaluate --checkpoint a --checkpoint b --data prepared --split test"),
      Example(
        "what numbers of 16 bits cost",
        "mien evaluate --checkpoint a --data prepared --split test --precision bf16"),
    ])

  private let checkpoints: [URL]
  private let data: URL
  private let split: String
  private let views: TestTimeAugmentation
  private let withoutDuplicates: Bool
  private let predictions: URL?
  private let out: URL?
  private let batchSize: Int
  private let precision: InferencePrecision

  init(arguments: ParsedArguments) throws {
    checkpoints = arguments[CheckpointOption.key]
    data = arguments[Self.data]
    split = arguments[Self.split]
    views = arguments[CheckpointOption.views]
    withoutDuplicates = arguments[Self.withoutDuplicates]
    predictions = arguments[Self.predictions]
    out = arguments[Self.out]
    batchSize = arguments[Self.batchSize]
    precision = arguments[Self.precision]
  }

  func run(_ console: Console) throws {
    let evaluator = try Evaluator(
      CheckpointOption.checkpoints(checkpoints), data: data, split: split,
      withoutCopies: withoutDuplicates, precision: precision)
    let rows = evaluator.rows.count
    let bar = WorkBar("evaluate", unit: "rows", console)
    defer { bar.finish() }
    let probabilities = try evaluator.probabilities(views: views, batchSize: batchSize) {
      try bar.update(share: $0, of: rows)
    }
    bar.finish()
    let metrics = try evaluator.metrics(probabilities)
    if let predictions {
      try Predictions(
        classes: evaluator.classes, rows: evaluator.sourceRows, labels: evaluator.labels,
        probabilities: probabilities
      ).write(to: predictions)
    }
    var picture: URL?
    if let folder = pictureFolder {
      let file = folder.appendingPathComponent("confusion.png")
      try writeAtomically(
        confusionFigure(metrics, title: "\(metrics.n) rows of \(split)").png(), to: file)
      picture = file
    }
    let record = try evaluator.record(probabilities)
    try console.report(record) {
      page(record, evaluator.classes, console)
        + (picture.map { "\n\nlook at \($0.relativePath)" } ?? "")
    }
  }

  private static func number(_ value: Double?) -> String {
    value.map { String(format: "%.4f", $0) } ?? "–"
  }

  /// How many groups are shown at each end; `--json` has all.
  private static let groupCount = 15

  private static func groups(_ results: GroupResults) -> String {
    var table = Table([
      (results.kind, .left), ("rows", .right), ("accuracy", .right), ("95 %", .right),
      ("balanced", .right), ("macro F1", .right),
    ])
    let groups = results.groups
    let hidden = groups.count - 2 * groupCount
    for (index, group) in groups.enumerated() {
      if hidden > 0, index == groupCount { table.add(["… \(hidden) more", "", "", "", "", ""]) }
      if hidden > 0, (groupCount..<groups.count - groupCount).contains(index) { continue }
      table.add([
        group.name, "\(group.n)", percent(group.accuracy),
        "\(percent(group.low)) to \(percent(group.high))", percent(group.balancedAccuracy),
        percent(group.macroF1),
      ])
    }
    return "\(table)\n\(results.spread)"
  }

  /// `--out`, or a folder within the run; a released checkpoint is not written to.
  private var pictureFolder: URL? {
    if let out { return out }
    guard checkpoints.count == 1 else { return nil }
    return RunFolder(checkpoints[0]).evaluation(
      of: split,
      suffix: (views == .none ? "" : "-\(views.rawValue)")
        + (withoutDuplicates ? "-without-duplicates" : ""))
  }

  private func page(
    _ record: EvaluationRecord, _ classes: [String], _ console: Console
  ) -> String {
    let metrics = record.metrics
    var overall = Table([("measure", .left), ("value", .right)])
    for (name, value) in [
      ("accuracy", percent(metrics.accuracy)), ("macro F1", percent(metrics.macroF1)),
      ("weighted F1", percent(metrics.weightedF1)),
      ("balanced accuracy", percent(metrics.balancedAccuracy)),
      ("top-2 accuracy", percent(metrics.top2Accuracy)),
      ("calibration error (ECE)", percent(metrics.ece)),
      ("log loss", Self.number(metrics.logLoss)),
      ("Brier score", Self.number(metrics.brierScore)),
      ("area under ROC, mean of classes", Self.number(metrics.macroROCAUC)),
      ("average precision, mean of classes", Self.number(metrics.macroAveragePrecision)),
    ] { overall.add([name, value]) }

    var perClass = Table([
      ("class", .left), ("precision", .right), ("recall", .right), ("F1", .right),
      ("ROC area", .right), ("avg. precision", .right), ("rows", .right),
    ])
    for name in classes {
      guard let row = metrics.perClass[name] else { continue }
      perClass.add([
        name, percent(row.precision), percent(row.recall), percent(row.f1),
        Self.number(row.rocAUC), Self.number(row.averagePrecision), "\(row.support)",
      ])
    }
    var confusion = Table([("truth \\ answer", .left)] + classes.map { ($0, .right) })
    for (name, row) in zip(classes, metrics.confusion.counts) {
      confusion.add([name] + row.map(String.init))
    }
    let heading =
      "\(metrics.n) rows of \(split)" + (views == .none ? "" : ", \(views.rawValue) views")
      + (withoutDuplicates ? ", without copies of rows learnt from" : "")
    let parts = [console.styled(heading, .bold), "\(overall)", "\(perClass)", "\(confusion)"]
    return
      (parts + record.groups.map(Self.groups)
      + record.warnings.map { "warning: \($0)" }).joined(separator: "\n\n")
  }
}
