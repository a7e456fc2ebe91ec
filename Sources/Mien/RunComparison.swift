internal import Datasets
internal import Evaluation
public import Foundation
internal import Reporting
public import TensorCore
public import Training

/// Runs side by side: settings that differ, what each reached, class by class, their curves, and
/// whether what one answers better than another is more than chance.
public struct RunComparison: Sendable {
  /// A setting that is not the same in all runs.
  public struct Difference: Hashable, Encodable, Sendable {
    /// Its path, such as `optimiser.learning_rate`.
    public let key: String
    /// Its value in each run; nil where a run has no such setting.
    public let values: [JSONValue?]
  }

  /// The runs in the order they were named in.
  public private(set) var runs: [ComparedRun]
  /// The settings that differ, by their paths.
  public let differences: [Difference]
  /// How many settings are the same in all runs.
  public let sameCount: Int
  /// Each run after the first, tested against it; none before `measure`.
  public private(set) var tests: [RunDifference] = []
  /// Of two runs on the same rows those that they answered differently; nil before `measure`, of more
  /// runs, and where they cannot be tested.
  public private(set) var disagreements: Disagreements?

  /// Reads two runs or more.
  ///
  /// Throws `RunError.badComparison` where they are too few or too many to be told apart or one is named
  /// twice, `TrainingError.noRun`, `RunError.unsuited` for a run without a whole epoch, and what
  /// reading files throws.
  public init(_ folders: [RunFolder]) throws {
    guard (2...ComparisonReport.maximumCount).contains(folders.count) else {
      throw RunError.badComparison(
        problem: "\(folders.count) to compare, expected 2 to \(ComparisonReport.maximumCount) runs",
        remedy: folders.count < 2 ? "name another" : "more cannot be told apart; name fewer")
    }
    var known: [String: RunFolder] = [:]
    for folder in folders {
      let place = folder.url.resolvingSymlinksInPath().standardizedFileURL.path
      if let twin = known[place] {
        throw RunError.badComparison(
          problem: "\(twin.url.relativePath) and \(folder.url.relativePath) are the same run",
          remedy: "name each once")
      }
      known[place] = folder
    }
    var open: [String: PreparedDataset] = [:]
    let names = Self.names(of: folders.map(\.url))
    runs = try zip(folders, names).map { try ComparedRun($0, name: $1, open: &open) }
    let settings = try runs.map { run in
      var chosen = run.configuration
      // Fitted, not chosen: it stands among the results.
      (chosen.temperature, chosen.temperatureRows) = (nil, nil)
      return try JSONValue(encoding: chosen).leaves()
    }
    let keys = Set(settings.flatMap(\.keys)).sorted()
    let all = keys.map { key in Difference(key: key, values: settings.map { $0[key] }) }
    differences = all.filter { Set($0.values).count > 1 }
    sameCount = all.count - differences.count
  }

  /// As many of the last parts of each path as tell them all apart.
  static func names(of urls: [URL]) -> [String] {
    let paths = urls.map { $0.standardizedFileURL.pathComponents.filter { $0 != "/" } }
    for count in 1...max(1, paths.map(\.count).max() ?? 1) {
      let names = paths.map { $0.suffix(count).joined(separator: "/") }
      if Set(names).count == names.count { return names }
    }
    return urls.map(\.path)
  }

  /// How many rows there are to judge.
  public var rowCount: Int { runs.reduce(0) { $0 + ($1.evaluator?.rows.count ?? 0) } }

  /// Measures each run's best weights on the rows that chose them, where the data are still there, and
  /// tests each against the first.
  ///
  /// - Parameters:
  ///   - seed: decides the bootstrap's draws.
  ///   - progress: called with the number of rows that are judged.
  public mutating func measure(
    seed: UInt64 = 1, progress: (Int) throws -> Void = { _ in }
  ) throws {
    var done = 0
    for index in runs.indices {
      let count = runs[index].evaluator?.rows.count ?? 0
      try runs[index].measure { try progress(done + Int($0 * Double(count))) }
      done += count
    }
    let bootstrap = Bootstrap(random: RandomStream(seed: seed).substream("bootstrap"))
    tests = runs.dropFirst().map { RunDifference(runs[0], $0, bootstrap) }
    let tested = tests.indices.filter { tests[$0].findings != nil }
    if tested.count > 1 {
      let adjusted = HolmCorrection.adjusted(
        tested.map { tests[$0].findings?.mcnemar.pValue ?? 1 })
      for (index, value) in zip(tested, adjusted) { tests[index].findings?.holmPValue = value }
    }
    disagreements =
      runs.count == 2 && !tested.isEmpty ? Disagreements(runs[0], runs[1]) : nil
  }

  /// The classes of all runs: those of the first, then what others have besides.
  public var classes: [String] {
    runs.flatMap(\.classes).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// How to take the figures, a sentence each.
  public var notes: [String] {
    var notes = runs.flatMap(\.notes)
    if Set(runs.map { Set($0.classes) }).count > 1 {
      notes.append(
        "The runs know different classes, so they were set different tasks: what they reached over all "
          + "classes cannot be compared, and of single classes only with care.")
    }
    if !isOnSameRows {
      notes.append(
        "The runs were not chosen, and so not measured, on the same rows: differences between them "
          + "may be differences between the rows. mien evaluate measures each on one split.")
    }
    for run in runs where !run.isComplete {
      notes.append(
        "\(run.name) is not finished: \(run.history.count) of "
          + "\(counted(run.configuration.epochs, "epoch")).")
    }
    return notes
  }

  /// Whether all runs were chosen on the same rows of the same data.
  private var isOnSameRows: Bool {
    let first = runs[0]
    return runs.dropFirst().allSatisfy { $0.isMeasured(onTheRowsOf: first) }
  }

  /// Writes `compare.html`, `compare.json`, `curves.png` and, of two runs on the same rows,
  /// `disagreements.csv` into a folder; gives the files. Of other runs such a list is taken away. Throws
  /// `FileError.cannotWrite`.
  ///
  /// - Parameters:
  ///   - folder: where the files go.
  ///   - samples: how many examples the page shows that one run alone answered rightly, of each run; 0
  ///     leaves all of them out.
  public func write(to folder: URL, samples: Int = Disagreements.shownCount) throws -> [URL] {
    guard !RunFolder(folder).holdsRun else {
      throw RunError.unsuited(
        checkpoint: folder.path, problem: "it is the folder of a run, with curves of its own",
        remedy: "choose another folder")
    }
    let (page, json, curves) = (
      folder.appendingPathComponent("compare.html"), folder.appendingPathComponent("compare.json"),
      folder.appendingPathComponent("curves.png")
    )
    try writeAtomically(prettyJSON(self), to: json)
    try writeAtomically(try self.curves.png(), to: curves)
    var files = [page, json, curves]
    let list = folder.appendingPathComponent("disagreements.csv")
    if let disagreements {
      try disagreements.write(to: list)
      files.append(list)
    } else {
      // What an earlier comparison left here is not of these runs.
      try? FileManager.default.removeItem(at: list)
    }
    try ComparisonReport(try content(samples: samples)).write(to: page)
    return files
  }
}

extension RunComparison: Encodable {
  private enum CodingKeys: String, CodingKey {
    case runs, settings, classes, notes, tests, disagreements
  }

  private struct Settings: Encodable {
    let same: Int
    let different: [Difference]
  }

  /// The comparison as JSON.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(runs, forKey: .runs)
    try container.encode(Settings(same: sameCount, different: differences), forKey: .settings)
    try container.encode(classes, forKey: .classes)
    try container.encode(notes, forKey: .notes)
    try container.encode(tests, forKey: .tests)
    try container.encodeIfPresent(disagreements, forKey: .disagreements)
  }
}

extension JSONValue {
  /// What is not an object, by the keys on the way to it, dots between: `optimiser.momentum`. Lists of
  /// objects are gone into, too: `model.layers.0.filters`; other lists are values.
  fileprivate func leaves(below path: String = "") -> [String: JSONValue] {
    func key(_ part: String) -> String { path.isEmpty ? part : "\(path).\(part)" }
    var leaves: [String: JSONValue] = [:]
    switch self {
    case .object(let members) where !members.isEmpty:
      for (name, value) in members {
        leaves.merge(value.leaves(below: key(name))) { first, _ in first }
      }
    case .array(let values) where values.contains(where: \.isObject):
      for (index, value) in values.enumerated() {
        leaves.merge(value.leaves(below: key("\(index)"))) { first, _ in first }
      }
    default: leaves[path] = self
    }
    return leaves
  }

  private var isObject: Bool {
    if case .object = self { true } else { false }
  }
}
