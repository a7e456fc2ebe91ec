internal import Datasets
public import Foundation
internal import TensorCore
public import Training

/// A search for the best settings of a run: trials, each a run with settings of its own, compared on
/// the choosing rows by `select_by`, of which fewer and fewer learn longer and longer.
///
/// Every trial has the schedule of the longest. One that is not promoted is merely stopped, one that
/// is goes on as a stopped run does, bit for bit; so the best trial is the run that `mien train`
/// makes of its settings, and how often the search was interrupted changes nothing.
///
/// The folder holds `search.json` (what decides it), the runs `trials/001` …, `tune.json` and
/// `tune.csv` with what is known, `tune.html`, and `best.json`, the best trial's configuration.
public struct HyperparameterSearch: Sendable {
  /// Where all is written.
  public let folder: URL
  /// All that decides it.
  public let plan: SearchPlan
  /// By number.
  public private(set) var trials: [Trial]
  /// The rows that are learnt from, unless a trial limits them.
  public let exampleCount: Int
  /// What is learnt from and chosen on, in words.
  public let protocolLine: String

  /// Begins a search in a folder that holds none yet.
  ///
  /// - Parameters:
  ///   - configuration: what all trials share; `epochs` is the longest that one learns.
  ///   - space: the settings that are searched, and their values.
  ///   - strategy: how trials are made of them.
  ///   - count: how many are drawn; of no meaning to a grid.
  ///   - halving: when trials are compared, and how many go on.
  ///   - folder: where the search and its trials are kept.
  ///
  /// Throws `SearchError`, `RunError`, and what reading the data throws.
  public static func start(
    _ configuration: RunConfiguration, _ space: SearchSpace, _ strategy: SearchPlan.Strategy,
    trials count: Int, _ halving: SuccessiveHalving, in folder: URL
  ) throws -> HyperparameterSearch {
    let file = planFile(in: folder)
    guard !FileManager.default.fileExists(atPath: file.path) else {
      throw SearchError.searchExists(folder: folder.path)
    }
    guard !RunFolder(folder).holdsRun else { throw SearchError.runExists(folder: folder.path) }
    guard configuration.data.folds == nil else {
      throw RunError.badConfiguration(
        origin: "data.folds",
        problem: "a search compares single runs; leave the folds out, and "
          + "examine what it finds with mien train --folds")
    }
    let settings =
      switch strategy {
      case .grid: try space.grid()
      case .random: space.draws(count, seed: configuration.seed)
      }
    let (shared, dataset, rows) = try TrainingRun.completed(configuration)
    try SearchCheck(shared, space, labels: rows.training.map { dataset.label($0) }).check(settings)
    let plan = SearchPlan(strategy, halving, space, shared, settings: settings)
    try writeAtomically(prettyJSON(plan), to: file)
    return HyperparameterSearch(folder, plan, rows)
  }

  /// Takes up the search in a folder. Throws `SearchError`.
  public static func resume(in folder: URL) throws -> HyperparameterSearch {
    let file = planFile(in: folder)
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw SearchError.noSearch(folder: folder.path)
    }
    AtomicFile.removeAbandoned(in: folder)
    let plan: SearchPlan
    do {
      plan = try JSONDecoder().decode(
        SearchPlan.self, from: readFile(file, expected: "what decides a search"))
    } catch let error as DecodingError {
      throw SearchError.cannotResume(
        file: file.path, problem: error.inWords, remedy: "restore the file, or start a new search")
    }
    let (completed, _, rows) = try TrainingRun.completed(plan.configuration)
    guard completed.data.fingerprint == plan.configuration.data.fingerprint else {
      throw SearchError.cannotResume(
        file: file.path,
        problem: "the data in \(completed.data.path ?? "") are not those it began with",
        remedy: "prepare the same source again, or start a new search")
    }
    var search = HyperparameterSearch(folder, plan, rows)
    try search.restore()
    return search
  }

  private init(_ folder: URL, _ plan: SearchPlan, _ rows: TrainingRows) {
    (self.folder, self.plan) = (folder, plan)
    exampleCount = rows.training.count
    trials = plan.settings.enumerated().map { Trial(number: $0.offset + 1, settings: $0.element) }
    protocolLine =
      ReportProtocol.line(before: rows, seed: plan.configuration.seed)
  }

  /// Puts back what is known of the trials. Without the file they are asked again, and nothing is
  /// lost but time: a trial's folder knows how far it is.
  private mutating func restore() throws {
    let file = folder.appendingPathComponent("tune.json")
    guard FileManager.default.fileExists(atPath: file.path) else { return }
    struct Saved: Decodable { let trials: [Trial] }
    let json = try readFile(file, expected: "the results of a search")
    let saved = (try? JSONDecoder().decode(Saved.self, from: json))?.trials
    let known = (saved ?? []).sorted { $0.number < $1.number }
    guard known.map(\.number) == trials.map(\.number),
      known.map(\.settings) == trials.map(\.settings),
      known.allSatisfy({ $0.values.count <= plan.halving.rungs.count })
    else {
      throw SearchError.cannotResume(
        file: file.path, problem: "it is not what the trials of search.json leave",
        remedy: "remove it, and it is made anew from the trials' folders")
    }
    trials = known
  }

  private static func planFile(in folder: URL) -> URL {
    folder.appendingPathComponent("search.json")
  }
}

// Going on.
extension HyperparameterSearch {
  /// By what trials are compared.
  public var metric: SelectionMetric { plan.configuration.selectBy }

  /// The numbers of the trials that are to reach a rung, from 0; nil while a rung before is not done.
  func participants(ofRung rung: Int) -> [Int]? {
    var numbers = trials.map(\.number)
    for before in 0..<rung {
      guard numbers.allSatisfy({ isDone($0, before) }) else { return nil }
      numbers = plan.halving.promoted(
        numbers.map { ($0, value(of: $0, atRung: before)) }, by: metric)
    }
    return numbers
  }

  /// What is to be done next; nil where all is done.
  public var next: TrialStep? {
    for (rung, epochs) in plan.halving.rungs.enumerated() {
      guard let numbers = participants(ofRung: rung) else { return nil }
      if let number = numbers.first(where: { !isDone($0, rung) }) {
        return TrialStep(trial: number, rung: rung, epochs: epochs)
      }
    }
    return nil
  }

  private func isDone(_ number: Int, _ rung: Int) -> Bool {
    let trial = trials[number - 1]
    return trial.failure != nil || trial.values.count > rung
  }

  private func value(of number: Int, atRung rung: Int) -> Double? {
    let trial = trials[number - 1]
    return trial.values.indices.contains(rung) ? trial.values[rung] : nil
  }

  /// The epochs that are still to be learnt, if no more trials fail or stop early.
  public var epochsLeft: Int {
    let rungs = plan.halving.rungs
    var (sum, count) = (0, trials.count)
    for (rung, epochs) in rungs.enumerated() {
      let numbers = participants(ofRung: rung)
      count = numbers?.count ?? count
      let left = numbers?.count { !isDone($0, rung) } ?? count
      sum += left * (epochs - (rung == 0 ? 0 : rungs[rung - 1]))
      count = plan.halving.promoted(of: count)
    }
    return sum
  }

  /// The folder of a trial's run.
  public func run(of trial: Trial) -> RunFolder {
    RunFolder(folder.appendingPathComponent(trial.run))
  }

  /// Does the next piece of work, or goes on with it, and writes down what came of it. Throws what
  /// is no fault of the trial's: a full disk, damaged files.
  ///
  /// - Parameters:
  ///   - step: what `next` says.
  ///   - callbacks: look on while the run learns.
  ///   - shouldStop: asked after each step.
  public mutating func perform(
    _ step: TrialStep, callbacks: (TrainingRun) -> [any TrainingCallback] = { _ in [] },
    shouldStop: () -> Bool = { false }
  ) throws -> TrialOutcome {
    precondition(step == next, "\(step) is not next")
    let index = step.trial - 1
    let place = run(of: trials[index])
    // Nothing that goes wrong here is of the trial's making: it has begun before.
    let begun = place.holdsRun ? try TrainingRun.resume(in: place) : nil
    var outcome = TrialOutcome.reached
    do {
      var run =
        try begun
        ?? TrainingRun.start(plan.configuration(with: trials[index].settings), in: place)
      // A kill may have come between the last epoch and our taking it down. A run that is over has
      // no more to learn, but perhaps to be calibrated.
      if run.state.epoch < step.epochs || run.isComplete {
        let rung = RungEnd(epochs: step.epochs)
        let ending = try run.train(
          callbacks: [rung] + callbacks(run), shouldStop: { rung.isReached || shouldStop() })
        if ending == .paused && !rung.isReached { return .paused }
      }
      trials[index].reach(epochs: step.epochs, of: run.state.history, by: metric)
    } catch let failure as any MienError where Self.isOwn(failure) {
      trials[index].failure = "\(failure)"
      outcome = .failed
    }
    try write()
    return outcome
  }

  /// Whether a failure comes from the trial's settings and not from what is around it.
  private static func isOwn(_ failure: any MienError) -> Bool {
    switch failure {
    case TrainingError.diverged, is SettingError, is ModelError: true
    case RunError.badConfiguration, RunError.badSplit, RunError.unsuited: true
    default: false
    }
  }

  /// Writes down what is known.
  private func write() throws {
    let summary = self.summary
    func put(_ bytes: some Collection<UInt8>, _ name: String) throws {
      try writeAtomically(bytes, to: folder.appendingPathComponent(name))
    }
    try put(summary.csv.utf8, "tune.csv")
    try put(SearchReport(summary, self).html().utf8, "tune.html")
    if let best = summary.best {
      var configuration = try RunConfiguration(
        contentsOf: run(of: trials[best - 1]).configuration)
      configuration.temperature = nil
      try put(configuration.encoded(), "best.json")
    }
    // Last: what newer files may say is written again.
    try put(prettyJSON(summary), "tune.json")
  }

  /// Throws `SearchError.allFailed` where no trial came to anything.
  public func expectSuccess() throws {
    guard let first = trials.first(where: { $0.failure != nil })?.failure,
      trials.allSatisfy({ $0.failure != nil })
    else { return }
    throw SearchError.allFailed(folder: folder.path, trials: trials.count, first: first)
  }
}

/// Stops a run at a rung.
private final class RungEnd: TrainingCallback {
  private let epochs: Int
  private(set) var isReached = false

  init(epochs: Int) { self.epochs = epochs }

  func epochDidEnd(_ state: TrainingState) { isReached = state.epoch >= epochs }
}
