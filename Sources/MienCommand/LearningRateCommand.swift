import Foundation
import Mien
import Reporting
import TensorCore
import Training

/// `mien lr-find --data DIR --out DIR`
struct LearningRateCommand: Subcommand {
  static let out = Option<URL>("--out", "DIR", "where lr.csv, lr.png and lr.svg go")
  static let from = Option<Double>(
    "--from", "RATE", "the first step's rate", default: 1e-5,
    Constraint("a number above 0") { $0 > 0 })
  static let to = Option<Double>(
    "--to", "RATE", "the last step's rate", default: 10, Constraint("a number above 0") { $0 > 0 })
  static let steps = Option<Int>(
    "--steps", "N", "steps from the one to the other", default: 200, .atLeast(10))
  static let smoothing = Option<Double?>(
    "--smoothing", "SHARE",
    "what a step keeps of the loss's running average (default: 0.9 at 200 steps; fewer keep less, so "
      + "that the average always lags by a twentieth of the test)",
    Constraint("a number of at least 0 and below 1") { $0 >= 0 && $0 < 1 })
  static let explosion = Option<Double>(
    "--explosion", "FACTOR",
    "the test is over where the smoothed loss is so many times its minimum",
    default: 4, Constraint("a number above 1") { $0 > 1 })

  static let declaration = CommandDeclaration(
    name: "lr-find", summary: "find a learning rate by a range test",
    discussion: "Learns for a few steps while the learning rate rises by the same factor with "
      + "each, until the loss explodes (Smith 2017), and suggests a third of the rate at which the "
      + "smoothed loss was least. Network, data and augmentation are those of mien train with "
      + "the same options; the schedule and its warm-up are left out. No run begins and no "
      + "weights are kept. docs/tuning.md says how to read the plot.",
    arguments: [
      RunOptions.data, out, RunOptions.config, RunOptions.set, RunOptions.model,
      RunOptions.batchSize, from, to, steps, smoothing, explosion, RunOptions.limit,
      RunOptions.selectOn, RunOptions.initial, RunOptions.freeze, RunOptions.teachers,
    ],
    examples: [
      Example("the rate for a network", "mien lr-find --data prepared --model vgg10 --out rate"),
      Example(
        "for another optimiser",
        "mien lr-find --data prepared --set optimiser.name=adamw --to 1 --out rate"),
      Example(
        "for a script: the suggestion and what it comes from",
        "mien lr-find --data prepared --out rate --json"),
    ])

  private let out: URL
  private let ramp: LearningRateRamp
  private let curve: LearningRateCurve
  private let overlays: [RunOptions.Overlay]

  init(arguments: ParsedArguments) throws {
    out = arguments[Self.out]
    let (from, to) = (arguments[Self.from], arguments[Self.to])
    guard from < to else {
      throw UsageError(
        "lr-find",
        .badValue(name: "--to", found: to.word, expected: "a number above --from (\(from.word))"))
    }
    ramp = try LearningRateRamp(from: from, to: to, steps: arguments[Self.steps])
    curve = try LearningRateCurve(
      smoothing: arguments[Self.smoothing] ?? Self.smoothing(steps: ramp.steps),
      explosion: arguments[Self.explosion])
    overlays = try RunOptions.overlays(arguments, of: "lr-find")
  }

  /// An average that keeps β lags by about 1 / (1 - β) steps, and what the loss does seems to
  /// happen at a rate that is too high by as many. That is a twentieth of the test.
  static func smoothing(steps: Int) -> Double { min(0.98, max(0, 1 - 20 / Double(steps))) }

  func run(_ console: Console) throws {
    let test = try LearningRateTest(RunConfiguration(overlays: overlays))
    try createFolder(out)  // here, not after minutes of learning
    let title = test.configuration.model.title
    try console.print("\(title), \(grouped(test.parameterCount)) parameters; \(test.protocolLine)")
    let bar = ProgressBar("lr-find", total: ramp.steps, unit: "steps", console: console)
    defer { bar.finish() }
    let curve = try test.measure(ramp, into: curve) { point in
      bar.advance(
        suffix: "rate \(shortNumber(point.learningRate)), "
          + String(format: "loss %.3f", point.smoothed))
      try Interruption.check()
    }
    bar.finish()
    guard let figure = curve.figure(title: "Range test of the learning rate: \(title)") else {
      throw LearningRateFailure(rate: ramp.from)
    }
    let files = ["lr.csv", "lr.png", "lr.svg"].map { out.appendingPathComponent($0) }
    try writeAtomically(curve.csv.utf8, to: files[0])
    try writeAtomically(figure.png(), to: files[1])
    try writeAtomically(figure.svg().utf8, to: files[2])
    if let remark = remark(on: curve) { console.note(remark) }
    try console.report(Summary(curve, of: ramp, test, files)) { page(curve, console) }
  }

  /// What makes the suggestion doubtful.
  private func remark(on curve: LearningRateCurve) -> String? {
    if curve.suggestion == nil {
      return "the loss fell at no rate: begin with a smaller --from, or with more --steps"
    }
    if curve.endsFalling {
      return "the loss was still falling at the last rate: the suggestion is too small, raise --to"
    }
    if ramp.steps < 100 {
      return "with \(ramp.steps) steps the suggestion is right to a factor of ten at best"
    }
    return curve.end == .completed
      ? "the loss never exploded, so its minimum may lie where nothing is learnt any more: look at "
        + "the plot, and take a rate from where the line still falls"
      : nil
  }

  private func page(_ curve: LearningRateCurve, _ console: Console) -> String {
    func row(_ name: String, _ point: LearningRateCurve.Point?) -> [String]? {
      point.map {
        [name, shortNumber($0.learningRate), String(format: "%.4f", $0.smoothed), "\($0.step)"]
      }
    }
    var table = Table([
      ("where the smoothed loss", .left), ("learning rate", .right), ("is", .right),
      ("at step", .right),
    ])
    for row in [row("falls most steeply", curve.steepest), row("is least", curve.minimum)] {
      if let row { table.add(row) }
    }
    let end =
      switch curve.end {
      case .completed: "all \(ramp.steps) steps were taken"
      case .exploded: "the loss exploded after \(counted(curve.points.count, "step"))"
      case .notFinite: "the loss was no number after \(counted(curve.points.count, "step"))"
      }
    let suggestion = curve.suggestion.map { shortNumber($0) }
    return [
      suggestion.map { console.styled("suggested learning rate: \($0)", .bold) }
        ?? "no suggestion",
      "\(table)", end,
      suggestion.map { "train with --set optimiser.learning_rate=\($0)" },
      "look at \(out.appendingPathComponent("lr.png").relativePath)",
    ].compactMap { $0 }.joined(separator: "\n\n")
  }

  /// What `--json` says.
  private struct Summary: Encodable {
    let suggestion: Double?
    let steepest: Place?
    let minimum: Place?
    let end: LearningRateCurve.End
    let steps: Int
    /// The range that was asked for, and the last rate that was tried.
    let from, to, last: Double
    let stillFalling: Bool
    let seed: UInt64
    let files: [String]

    struct Place: Encodable {
      let learningRate, smoothedLoss: Double
      let step: Int

      enum CodingKeys: String, CodingKey {
        case step
        case learningRate = "learning_rate"
        case smoothedLoss = "smoothed_loss"
      }

      init(_ point: LearningRateCurve.Point) {
        (learningRate, smoothedLoss, step) = (point.learningRate, point.smoothed, point.step)
      }
    }

    enum CodingKeys: String, CodingKey {
      case suggestion, steepest, minimum, end, steps, from, to, last, seed, files
      case stillFalling = "still_falling"
    }

    init(
      _ curve: LearningRateCurve, of ramp: LearningRateRamp, _ test: LearningRateTest,
      _ files: [URL]
    ) {
      suggestion = curve.suggestion
      steepest = curve.steepest.map(Place.init)
      minimum = curve.minimum.map(Place.init)
      (end, steps, stillFalling) = (curve.end, curve.points.count, curve.endsFalling)
      (from, to, last) = (ramp.from, ramp.to, curve.points.last?.learningRate ?? ramp.from)
      seed = test.configuration.seed
      self.files = files.map(\.relativePath)
    }
  }
}

/// The loss is no number at the very first rate.
struct LearningRateFailure: MienError {
  let rate: Double
  var kind: FailureKind { .badData }
  var description: String {
    "the loss is no number at the first step (learning rate \(rate)); look at the data and at "
      + "what the network begins with, or take a smaller --from"
  }
}
