public import Foundation
internal import Datasets
internal import Reporting
internal import TensorCore
internal import Training

/// All runs in a folder and below it, as one page with a table.
public struct RunIndex: Sendable {
  /// A folder that should hold a run and cannot be read.
  public struct Damaged: Encodable, Sendable {
    /// Its path below the folder of all runs.
    public let path: String
    /// What is wrong, and what to do.
    public let reason: String
  }

  /// The folder of all runs.
  public let folder: URL
  /// The runs: the most accurate best epoch first, those without an epoch last, then by path.
  public let runs: [IndexedRun]
  /// The folders that could not be read, by path.
  public let damaged: [Damaged]

  /// Looks through a folder and reads the runs. A folder with `config.json` or `results.csv` is a run; what
  /// is hidden is left out, and of links only those to runs elsewhere are followed.
  ///
  /// Throws `FileError` where the folder itself cannot be listed, `TrainingError.noRun` where there is
  /// no run in it, and what `progress` throws.
  ///
  /// - Parameters:
  ///   - folder: the folder of all runs.
  ///   - progress: called with the number of runs that are read, and of all.
  public init(
    _ folder: URL, progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) throws {
    self.folder = folder
    let root = folder.resolvingSymlinksInPath()
    let found = try RunFolders(in: root)
    // Where the folder is, its reader knows; and the page may be read elsewhere.
    func reason(_ error: any Error) -> String { "\(error)".replacing(root.path + "/", with: "") }
    var (runs, manifests) = ([IndexedRun](), [String: Manifest?]())
    var damaged = found.unreadable.map { Damaged(path: $0.path, reason: reason($0.error)) }
    for (index, path) in found.paths.enumerated() {
      let place = RunFolder(path == "." ? root : root.appendingPathComponent(path))
      do {
        if let run = try IndexedRun(place, path: path, manifests: &manifests) { runs.append(run) }
      } catch {
        damaged.append(Damaged(path: path, reason: reason(error)))
      }
      try progress(index + 1, found.paths.count)
    }
    guard !(runs.isEmpty && damaged.isEmpty) else {
      throw TrainingError.noRun(folder: folder.path)
    }
    func accuracy(_ run: IndexedRun) -> Double {
      let value = run.best?.selectAccuracy ?? -1
      return value.isFinite ? value : -1
    }
    self.runs = runs.sorted { (accuracy($1), $0.path) < (accuracy($0), $1.path) }
    self.damaged = damaged.sorted { $0.path < $1.path }
  }

  /// Writes the page; links lead from where it is to the runs' pages. Throws `FileError.cannotWrite`.
  public func write(to file: URL) throws {
    // A relative path needs a folder that exists: links on the way are followed.
    try createFolder(file.deletingLastPathComponent())
    let way = relativePath(from: file.deletingLastPathComponent(), to: folder)
    try writeAtomically(page(way: way).html().utf8, to: file)
  }

  private func page(way: String) -> RunIndexPage {
    var page = RunIndexPage(
      title: "Runs in \(folder.resolvingSymlinksInPath().lastPathComponent)",
      protocolLine: counted(runs.count, "run")
        + (damaged.isEmpty ? "" : ", \(counted(damaged.count, "folder")) that cannot be read"))
    page.notes = notes
    page.damaged = damaged.map { ($0.path, $0.reason) }
    page.rows = runs.map { run in
      var row = RunIndexPage.Row(
        name: run.path, network: run.model, seed: Double(run.seed), epochs: run.history.count,
        plannedEpochs: run.plannedEpochs)
      row.isStoppedEarly = run.isStoppedEarly
      row.bestEpoch = run.best?.epoch
      row.accuracy = run.best?.selectAccuracy
      row.macroF1 = run.best?.selectMacroF1
      row.accuracies = run.history.map(\.selectAccuracy)
      row.chosenOn = run.chosenOn ?? ""
      row.caution = run.caution == nil ? nil : "doubtful"
      row.seconds = run.seconds
      row.duration = run.history.isEmpty ? "" : duration(seconds: run.seconds)
      row.links = run.pages.map { link in
        let parts = [way, run.path, link.path].filter { $0 != "." }
        return (link.name, parts.joined(separator: "/"))
      }
      return row
    }
    return page
  }

  private var notes: [String] {
    var notes = [
      "Accuracy and macro F1 are those of the best epoch on the rows that chose it, so they are somewhat "
        + "too good, and the best of many runs the more so. mien compare tests whether two runs differ by "
        + "more than chance."
    ]
    if Set(runs.map(\.fingerprint)).count > 1 || Set(runs.map(\.chosenOn)).count > 1 {
      notes.append(
        "Not all runs were chosen on the same rows of the same data: differences between them may be "
          + "differences between the rows.")
    }
    for caution in Set(runs.compactMap(\.caution)).sorted() {
      notes.append(
        "Of runs marked doubtful: \(caution). Their figures say little of new ones.")
    }
    return notes
  }
}

extension RunIndex: Encodable {
  private enum CodingKeys: String, CodingKey { case runs, damaged }

  /// The list as JSON.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(runs, forKey: .runs)
    try container.encode(damaged, forKey: .damaged)
  }
}
