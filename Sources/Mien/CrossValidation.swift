internal import Datasets
internal import Evaluation
internal import Foundation
internal import TensorCore
public import Training

/// Stratified K-fold cross-validation: K runs, each of which learns from all folds of the training
/// split but one and is examined once, on that one. No other split is touched, unless the
/// configuration names one that chooses.
///
/// The folder holds `config.json`, the runs `fold-1` to `fold-K`, and `folds.json` and `folds.csv`
/// with what is known of those that are done; where rows are of several speakers, artists or corpora,
/// `groups.csv` with what each came to.
public struct CrossValidation {
  /// Where all is written.
  public let folder: RunFolder
  /// The settings of every run, but for the fold.
  public let configuration: RunConfiguration
  /// How many folds there are.
  public let count: Int
  /// What the folds that are done came to, in their order.
  public private(set) var results: [FoldResult]
  /// What they came to by speaker or artist and by corpus.
  private var groups: [GroupResults] = []
  /// What the figures have to be taken with.
  private var caution: String?

  /// Begins a cross-validation in a folder that holds no run yet. Throws as `TrainingRun.start`.
  public static func start(
    _ configuration: RunConfiguration, in folder: RunFolder
  ) throws -> CrossValidation {
    guard !folder.holdsRun else { throw TrainingError.runExists(folder: folder.url.path) }
    let validation = try CrossValidation(folder, configuration, results: [])
    // What is wrong with the settings is found out before anything is written.
    var whole = try TrainingRun.planned(
      validation.configuration(of: 1), in: validation.folder(of: 1)
    ).configuration
    whole.data.fold = nil
    // Those of the first fold teach it alone.
    whole.distillation.teachers = configuration.distillation.teachers.map {
      CheckpointReference(path: URL(fileURLWithPath: $0.path).standardizedFileURL.path)
    }
    try writeAtomically(whole.encoded(), to: folder.configuration)
    return try CrossValidation(folder, whole, results: [])
  }

  /// Takes up the cross-validation in a folder; nil where it holds none. Throws
  /// `TrainingError.badState`.
  public static func resume(in folder: RunFolder) throws -> CrossValidation? {
    guard folder.holdsRun else { return nil }
    let configuration = try RunConfiguration(contentsOf: folder.configuration)
    guard configuration.data.folds != nil, configuration.data.fold == nil else { return nil }
    AtomicFile.removeAbandoned(in: folder.url)
    let file = folder.file("folds.json")
    guard FileManager.default.fileExists(atPath: file.path) else {
      return try CrossValidation(folder, configuration, results: [])
    }
    let json = try readFile(file, expected: "the results of the folds that are done")
    guard let summary = try? JSONDecoder().decode(FoldSummary.self, from: json),
      summary.folds == configuration.data.folds, summary.seed == configuration.seed,
      summary.results.map(\.fold) == Array(1...summary.results.count + 1).dropLast()
    else {
      throw TrainingError.badState(
        file: file.path, problem: "it is not what \(configuration.data.folds ?? 0) folds leave",
        remedy: "remove it, and the folds are measured again")
    }
    var validation = try CrossValidation(folder, configuration, results: summary.results)
    validation.groups = [summary.perGroup, summary.perCorpus].compactMap { $0 }
    validation.caution = summary.caution
    return validation
  }

  private init(
    _ folder: RunFolder, _ configuration: RunConfiguration, results: [FoldResult]
  ) throws {
    guard let count = configuration.data.folds, count >= 2, configuration.data.fold == nil else {
      throw RunError.badConfiguration(
        origin: "data.folds",
        problem: "\(configuration.data.folds ?? 0) folds, expected at least 2 and no data.fold")
    }
    (self.folder, self.configuration, self.count) = (folder, configuration, count)
    self.results = results
  }

  /// The first fold that is not done, from 1; nil where all are.
  public var next: Int? { results.count < count ? results.count + 1 : nil }

  /// The folder of a fold's run.
  public func folder(of fold: Int) -> RunFolder { folder.fold(fold) }

  /// The run of a fold: begun, or taken up where it was left. Throws as `TrainingRun.start` and
  /// `.resume`.
  public func run(of fold: Int) throws -> TrainingRun {
    let place = folder(of: fold)
    return place.holdsRun
      ? try TrainingRun.resume(in: place)
      : try TrainingRun.start(configuration(of: fold), in: place)
  }

  private func configuration(of fold: Int) -> RunConfiguration {
    var own = configuration
    own.data.fold = fold
    own.distillation.teachers = configuration.distillation.teachers.map { teacher in
      let folds = RunFolder(URL(fileURLWithPath: teacher.path))
      return folds.holdsFolds ? CheckpointReference(path: folds.fold(fold).url.path) : teacher
    }
    return own
  }

  /// Measures the best epoch of the next fold's run, which is complete, on the fold, and writes
  /// `held-out.csv` in its folder and what is known of all folds. Throws as `Evaluator`.
  public mutating func examine(_ run: TrainingRun) throws {
    precondition(run.isComplete && run.configuration.data.fold == next, "no run of the next fold")
    let fold = results.count + 1
    let data = URL(fileURLWithPath: run.configuration.data.path ?? "")
    results.append(
      try FoldResult(
        fold, of: Checkpoint(at: run.folder.url), in: run.folder.url, run.dataset, at: data,
        run.rows,
        bestEpoch: run.state.best?.epoch ?? 0))
    caution = run.rows.caution
    groups = try Self.pooledGroups(
      of: results.map { self.folder(of: $0.fold).url }, run.dataset, at: data)
    if !groups.isEmpty {
      try writeAtomically(GroupResults.csv(groups).utf8, to: folder.file("groups.csv"))
    }
    try writeAtomically(summary.csv.utf8, to: folder.file("folds.csv"))
    try writeAtomically(prettyJSON(summary), to: folder.file("folds.json"))
  }

  /// What the answers to the rows of all folds that are done are worth together, by speaker or artist and
  /// by corpus.
  ///
  /// - Parameter folds: the folders of their runs.
  static func pooledGroups(
    of folds: [URL], _ dataset: PreparedDataset, at data: URL
  ) throws -> [GroupResults] {
    let parts = try folds.map {
      try Predictions(contentsOf: $0.appendingPathComponent(FoldResult.heldOutFile))
    }
    let rows = parts.flatMap(\.rows)
    let places = dataset.places(ofSourceRows: Set(rows))
    let known = rows.compactMap { places[$0] }
    guard known.count == rows.count, let classes = parts.first?.classes else { return [] }
    let pooled = Predictions(
      classes: classes, rows: rows, labels: parts.flatMap(\.labels),
      probabilities: Tensor(
        [rows.count, classes.count], parts.flatMap { $0.probabilities.elements }))
    return try RowOrigins(dataset, at: data, rows: known).results(pooled)
  }

  /// What is known of the folds that are done.
  public var summary: FoldSummary {
    FoldSummary(
      folds: count, seed: configuration.seed, results: results, groups: groups, caution: caution)
  }
}
