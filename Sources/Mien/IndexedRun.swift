internal import Datasets
internal import Foundation
internal import NeuralNetwork
internal import TensorCore
public import Training

/// A run as a list of many shows it: what `config.json` and `results.csv` say, without its weights.
public struct IndexedRun: Sendable {
  /// A page about the run.
  public struct Page: Hashable, Sendable {
    /// What it is about: `report`, or the split that was judged.
    public let name: String
    /// Its path below the run's folder.
    public let path: String
  }

  /// Where it is.
  public let folder: RunFolder
  /// Its path below the folder of all runs; `.` is that folder itself.
  public let path: String
  /// What its network is called.
  public let model: String
  /// What decided everything random.
  public let seed: UInt64
  /// Its epochs.
  public let history: [EpochRecord]
  /// How many epochs were planned.
  public let plannedEpochs: Int
  /// Whether it is over although epochs are left.
  public let isStoppedEarly: Bool
  /// The epoch whose weights were kept; nil before the first.
  public let best: EpochRecord?
  /// What chose it: `accuracy`, `macro_f1` ….
  public let selectBy: SelectionMetric
  /// The rows that chose it, in words; nil where neither the settings nor the data say.
  public let chosenOn: String?
  /// What its figures have to be taken with, as a random split; nil where nothing is known to be wrong.
  public let caution: String?
  /// The SHA-256 of its data's manifest.
  public let fingerprint: String?
  /// The pages that there are.
  public let pages: [Page]

  /// How long its epochs took, in seconds.
  public var seconds: Double { history.reduce(0) { $0 + $1.seconds } }

  /// Whether no epoch is left.
  public var isComplete: Bool { history.count >= plannedEpochs || isStoppedEarly }

  /// Reads a run; nil where the folder holds something else with a `config.json`: the settings of a
  /// cross-validation, whose folds are runs, or a checkpoint.
  ///
  /// Throws what reading the two files throws, and `TrainingError.noRun` without `config.json`.
  init?(_ folder: RunFolder, path: String, manifests: inout [String: Manifest?]) throws {
    guard folder.holdsRun else { throw TrainingError.noRun(folder: folder.url.path) }
    let settings = try RunConfiguration(contentsOf: folder.configuration)
    if settings.data.folds != nil, settings.data.fold == nil { return nil }
    let history = try folder.history()
    func has(_ name: String) -> Bool {
      FileManager.default.fileExists(atPath: folder.file(name).path)
    }
    if history.isEmpty, folder.holdsRelease { return nil }
    (self.folder, self.path, self.history) = (folder, path, history)
    (model, seed, plannedEpochs) = (settings.model.title, settings.seed, settings.epochs)
    isStoppedEarly =
      !history.isEmpty && history.count < settings.epochs
      && settings.earlyStopping.isDue(after: history, by: settings.selectBy)
    (best, selectBy) = (settings.selectBy.best(of: history), settings.selectBy)
    fingerprint = settings.data.fingerprint
    let manifest = Self.manifest(settings.data, &manifests)
    chosenOn =
      settings.data.selectOn
      ?? manifest.flatMap { TrainingRows.selectionName(among: $0.splitNames, settings.data) }
    caution = manifest.flatMap { TrainingRows.caution($0, settings.data) }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.url.path)) ?? []
    let prefix = "evaluation-"
    pages =
      (has("report.html") ? [Page(name: "report", path: "report.html")] : [])
      + names.sorted().filter { $0.hasPrefix(prefix) && has("\($0)/report.html") }
      .map { Page(name: String($0.dropFirst(prefix.count)), path: "\($0)/report.html") }
  }

  /// The manifest of its data, read once a folder; nil where the data are gone.
  private static func manifest(
    _ data: DataConfiguration, _ manifests: inout [String: Manifest?]
  ) -> Manifest? {
    guard let path = data.path else { return nil }
    if manifests[path] == nil {
      let file = URL(fileURLWithPath: path).appendingPathComponent(Manifest.fileName)
      let json = try? Data(contentsOf: file)
      manifests[path] = .some(json.flatMap { try? JSONDecoder().decode(Manifest.self, from: $0) })
    }
    return manifests[path] ?? nil
  }
}

extension IndexedRun: Encodable {
  private enum CodingKeys: String, CodingKey {
    case run, model, seed, epochs, complete, best, seconds, pages, caution
    case plannedEpochs = "planned_epochs"
    case selectBy = "select_by"
    case chosenOn = "chosen_on"
  }

  /// The run as JSON: `epochs` are those that are done, `best` is a row of `results.csv` or null, `pages`
  /// are paths.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(path, forKey: .run)
    try container.encode(model, forKey: .model)
    try container.encode(seed, forKey: .seed)
    try container.encode(history.count, forKey: .epochs)
    try container.encode(plannedEpochs, forKey: .plannedEpochs)
    try container.encode(isComplete, forKey: .complete)
    try container.encode(best, forKey: .best)
    try container.encode(selectBy.rawValue, forKey: .selectBy)
    try container.encode(chosenOn, forKey: .chosenOn)
    try container.encodeIfPresent(caution, forKey: .caution)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(
      pages.map { path == "." ? $0.path : "\(path)/\($0.path)" }, forKey: .pages)
  }
}
