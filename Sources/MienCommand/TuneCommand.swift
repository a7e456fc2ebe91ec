import Foundation
import Mien
import TensorCore
import Training

extension SearchPlan.Strategy: ArgumentValue {}

/// `mien tune --space F --data DIR --out DIR`
struct TuneCommand: Subcommand {
  static let space = Option<URL?>(
    "--space", "FILE", "the keys to be searched, each with a list or a range of values")
  static let out = Option<URL>(
    "--out", "DIR", "where search.json, tune.csv, tune.json, tune.html, best.json and trials/ go")
  static let resume = Flag("--resume", "go on with the search in --out; needs nothing else")
  static let search = Option<SearchPlan.Strategy?>(
    "--search", "HOW", "every combination, or some drawn by the seed (default: random)")
  static let trials = Option<Int?>(
    "--trials", "N", "random: how many combinations are drawn (default: 16)",
    .between(1, 10_000))
  static let eta = Option<Int?>(
    "--eta", "N", "one of N trials goes on to the next rung (default: 3)", .between(2, 1000))
  static let minEpochs = Option<Int?>(
    "--min-epochs", "N",
    "epochs of the first rung at least (default: the most over eta squared); with as many as "
      + "--max-epochs every trial learns to the end", .atLeast(1))
  static let maxEpochs = Option<Int?>(
    "--max-epochs", "N",
    "epochs of the last rung, for which every trial's schedule is made (default: those of the "
      + "configuration)", .between(1, 1_000_000))
  static let maxHours = Option<Double?>(
    "--max-hours", "H", "stop after so much time; --resume goes on", .atLeast(0))

  static let declaration = CommandDeclaration(
    name: "tune", summary: "search for good settings",
    discussion:
      "Trains one network with many settings and ranks them by select_by on the rows that "
      + "choose, never on PrivateTest. All trials learn for a few epochs, the best third for more, "
      + "and so on (successive halving); one that is promoted goes on as if it had not been stopped. "
      + "Ctrl-C and kill lose nothing: --resume goes on, bit for bit. best.json is a "
      + "configuration for mien train. A space names keys, each with a list or a range: "
      + "{\"optimiser.learning_rate\": {\"low\": 0.001, \"high\": 0.1, \"log\": true}, \"batch_size\": "
      + "[64, 128]}; docs/tuning.md says what else stands in one.",
    arguments: [
      space, RunOptions.data, out, resume, search, trials, eta, minEpochs, maxEpochs,
      RunOptions.config, RunOptions.set, RunOptions.model, RunOptions.batchSize, RunOptions.limit,
      RunOptions.selectOn, RunOptions.initial, RunOptions.freeze, RunOptions.teachers, maxHours,
    ],
    examples: [
      Example("16 trials drawn at random", "mien tune --space s.json --data faces --out tune"),
      Example(
        "27 trials of at most 27 epochs, in rungs of 3, 9 and 27",
        "mien tune --space s.json --data faces --out t --trials 27 --max-epochs 27"),
      Example(
        "every combination", "mien tune --space s.json --data faces --out t --search grid"),
      Example("after Ctrl-C or a crash", "mien tune --out tune --resume"),
    ])

  private let out: URL
  private let space: URL?
  private let strategy: SearchPlan.Strategy
  private let trials: Int
  private let eta: Int
  private let minEpochs: Int?
  private let overlays: [RunOptions.Overlay]
  private let maxSeconds: Double

  init(arguments: ParsedArguments) throws {
    out = arguments[Self.out]
    space = arguments[Self.space]
    strategy = arguments[Self.search] ?? .random
    trials = arguments[Self.trials] ?? 16
    eta = arguments[Self.eta] ?? 3
    minEpochs = arguments[Self.minEpochs]
    maxSeconds = (arguments[Self.maxHours] ?? .infinity) * 3600
    var overlays = try RunOptions.overlays(arguments, of: "tune")
    if let maxEpochs = arguments[Self.maxEpochs] {
      overlays.append(RunOptions.overlay("--max-epochs", "epochs", .int(maxEpochs)))
    }
    self.overlays = overlays
    if arguments[Self.resume] {
      let given: [(String, Bool)] = [
        ("--space", space != nil), ("--search", arguments[Self.search] != nil),
        ("--trials", arguments[Self.trials] != nil), ("--eta", arguments[Self.eta] != nil),
        ("--min-epochs", minEpochs != nil),
      ]
      if let option = given.first(where: \.1)?.0 ?? overlays.first?.origin {
        throw UsageError(
          "tune",
          .conflict(
            "--resume goes on with the search's own settings, and does not take \(option); for "
              + "others start a new search in another --out"))
      }
    } else if space == nil {
      throw UsageError(
        "tune",
        .missing(name: "--space", expected: "the keys to be searched (a path), or --resume"))
    } else if strategy == .grid, arguments[Self.trials] != nil {
      throw UsageError(
        "tune",
        .conflict("--trials is for --search random; a grid has as many trials as combinations"))
    }
  }

  func run(_ console: Console) throws {
    let clock = RunClock(maxSeconds: maxSeconds)
    var search = try begin(console)
    try console.print(
      (search.plan.title.map { "\($0); " } ?? "") + "\(search.protocolLine)\n"
        + "\(counted(search.trials.count, "trial")), compared after "
        + search.plan.halving.rungs.map { "\($0)" }.joined(separator: ", ") + " epochs by "
        + "\(search.metric.rawValue); \(counted(search.epochsLeft, "epoch")) to learn")
    let display = TuneDisplay(search, console: console)
    defer { display.finish() }
    while let step = search.next {
      let best = search.summary.best.flatMap { search.trials[$0 - 1].value }
      let outcome = try search.perform(
        step, callbacks: { [display.callback(for: step, $0, best: best)] },
        shouldStop: { Interruption.isRequested || clock.isOver })
      if outcome == .paused { break }
      display.settle(epochsLeft: search.epochsLeft)
      try console.print(line(of: step, outcome, search, console))
      if Interruption.isRequested || clock.isOver { break }
    }
    display.finish()
    if Interruption.isRequested, search.next != nil {
      throw Interrupted(remedy: "every trial is saved; \(remedy)")
    }
    let summary = search.summary
    try console.report(summary) { page(summary, search, console) }
    if summary.isComplete { try search.expectSuccess() }
  }

  private func begin(_ console: Console) throws -> HyperparameterSearch {
    guard let space else { return try HyperparameterSearch.resume(in: out) }
    let configuration = try RunConfiguration(overlays: overlays)
    let search = try HyperparameterSearch.start(
      configuration, SearchSpace(contentsOf: space), strategy, trials: trials,
      SuccessiveHalving(eta: eta, minEpochs: minEpochs, maxEpochs: configuration.epochs), in: out)
    if strategy == .random, search.trials.count < trials {
      console.note("the space has no more than \(counted(search.trials.count, "combination"))")
    }
    return search
  }

  private var remedy: String { "go on with mien tune --out \(out.relativePath) --resume" }

  /// What is said of a trial that has reached a rung, or not.
  private func line(
    of step: TrialStep, _ outcome: TrialOutcome, _ search: HyperparameterSearch, _ console: Console
  ) -> String {
    let trial = search.trials[step.trial - 1]
    let width = "\(search.trials.count)".count
    let head =
      String(
        format: "%4d %@  trial %\(width)d/\(search.trials.count)  ", step.epochs,
        step.epochs == 1 ? "epoch " : "epochs", trial.number)
    let titles = Self.titles(of: Array(trial.settings.keys))
    let settings = search.plan.space.dimensions
      .map { "\(titles[$0.key] ?? $0.key)=\($0.label(trial.settings[$0.key]).printable)" }
      .joined(separator: " ")
    guard outcome == .reached, let value = trial.value else {
      return "\(head)\(console.styled("failed", .red))  \(settings)"
    }
    let mark = search.summary.best == trial.number ? console.styled("  best so far", .green) : ""
    return
      "\(head)\(Self.word(search.metric)) \(Self.number(value, search.metric))  \(settings)\(mark)"
  }

  /// What keys are called on a terminal: the last part, where it says enough and no other key has it.
  private static func titles(of keys: [String]) -> [String: String] {
    func end(_ key: String) -> String { key.split(separator: ".").last.map(String.init) ?? key }
    let counts = Dictionary(grouping: keys, by: end).mapValues(\.count)
    return Dictionary(
      uniqueKeysWithValues: keys.map { key in
        (key, counts[end(key)] == 1 && end(key) != "name" ? end(key) : key)
      })
  }

  private static func word(_ metric: SelectionMetric) -> String {
    metric.rawValue.replacingOccurrences(of: "_", with: " ")
  }

  private static func number(_ value: Double, _ metric: SelectionMetric) -> String {
    metric == .loss ? String(format: "%.4f", value) : percent(value)
  }

  private func page(
    _ summary: SearchSummary, _ search: HyperparameterSearch, _ console: Console
  ) -> String {
    let titles = Self.titles(of: summary.keys)
    var table = Table(
      [
        ("rank", .right), ("trial", .right), (Self.word(summary.metric), .right),
        ("best epoch", .right), ("epochs", .right), ("how far", .left),
      ] + summary.keys.map { (titles[$0] ?? $0, .right) })
    for row in summary.rows {
      let trial = row.trial
      table.add(
        [
          "\(row.rank)", "\(trial.number)",
          trial.value.map { Self.number($0, summary.metric) } ?? "",
          trial.bestEpoch.map { "\($0)" } ?? "", "\(trial.epochs)", row.status.rawValue,
        ] + search.plan.space.dimensions.map { $0.label(trial.settings[$0.key]) })
    }
    let failures = search.trials.compactMap { trial in
      trial.failure.map { "trial \(trial.number) failed: \($0.printable)" }
    }
    return [
      summary.isComplete ? nil : "stopped after \(humanDuration(seconds: maxSeconds)); \(remedy)",
      // A line's distance to what was said on the way.
      (summary.isComplete ? "\n" : "") + "\(table)",
      failures.isEmpty ? nil : failures.joined(separator: "\n"),
      summary.best.map { _ in
        "the best trial's configuration is \(out.appendingPathComponent("best.json").relativePath)"
      },
      "look at \(out.appendingPathComponent("tune.html").relativePath)",
    ].compactMap { $0 }.joined(separator: "\n\n")
  }
}
