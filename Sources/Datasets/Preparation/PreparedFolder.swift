internal import Foundation
internal import TensorCore

/// What a preparation made.
public struct PreparationResult: Sendable {
  /// The new manifest.
  public let manifest: Manifest
  /// The new quality report.
  public let quality: QualityReport
  /// How many rows were left out.
  public let rejectedRows: Int
}

/// Writes shards, reports and manifest. All of it is made in a hidden folder within `folder` and
/// moved into place when it is whole, the manifest last: a folder that has one is whole, and what
/// was there before stays until then. Where it fails, nothing of it remains.
func writePrepared(
  _ gathered: GatheredRows, to folder: URL, _ options: PreparationOptions,
  observer: PreparationObserver
) throws -> PreparationResult {
  let staging = try StagingFolder(in: folder)
  defer { staging.remove() }
  return try writePrepared(
    gathered, to: folder, options, staging: staging.url, syncedBy: FileSync(), observer: observer)
}

/// The same with a folder and, perhaps, shards that are there already.
func writePrepared(
  _ gathered: GatheredRows, to folder: URL, _ options: PreparationOptions, staging: URL,
  syncedBy sync: FileSync, observer: PreparationObserver
) throws -> PreparationResult {
  let rows = try AssembledRows(gathered, size: options.size, seed: options.seed)
  let splits = countsBySplit(rows)
  var levels = gathered.streamed?.shards.map(\.levels) ?? []
  var outcomes: [ShardWriter.Outcome] = []
  if gathered.streamed == nil {
    let writer = ShardWriter(rows, to: staging, syncedBy: sync)
    let (written, failure) = parallelMap(writer.count) { index in
      let outcome = try writer.write(index)
      try observer(PreparationProgress(stage: .writing, steps: 1, total: writer.count))
      return outcome
    }
    if let failure { throw failure }
    (outcomes, levels) = (written, written.map(\.levels))
  }
  let quality = try QualityReport(
    rows, constant: levels.flatMap(\.constant), nearConstant: levels.flatMap(\.nearConstant),
    splits: splits, observer: observer)
  try writeAtomically(
    quality.json(), to: staging.appendingPathComponent(QualityReport.fileName), syncedBy: sync)
  if !rows.rejected.isEmpty {
    try writeAtomically(
      rejectedCSV(rows.rejected).utf8, to: staging.appendingPathComponent(rejectedFileName),
      syncedBy: sync)
  }
  if let streamed = gathered.streamed { outcomes = try streamed.shards.map { try $0.outcome() } }
  let manifest = makeManifest(gathered, rows, splits, outcomes, options)
  try writeJSON(
    manifest, to: staging.appendingPathComponent(Manifest.fileName), syncedBy: sync)
  try sync.finish()
  try moveIntoPlace(
    outcomes.flatMap { [$0.shard.inputs.file, $0.shard.labels.file, $0.shard.rows.file] }
      + [QualityReport.fileName] + (rows.rejected.isEmpty ? [] : [rejectedFileName]),
    from: staging, to: folder)
  return PreparationResult(
    manifest: manifest, quality: quality, rejectedRows: rows.rejected.count)
}

/// From here on the folder is the new data's: the old manifest goes first, the new one comes last.
func moveIntoPlace(_ names: [String], from staging: URL, to folder: URL) throws {
  try removeFile(folder.appendingPathComponent(Manifest.fileName))
  // Old files go before new ones come and not by their coming: the system gives their memory back in
  // as many threads as take them away, but moves one file at a time.
  let old = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter {
    ShardWriter.isShard($0) || $0 == rejectedFileName || $0 == QualityReport.fileName
      || $0 == ExampleList.fileName
  }
  let (_, failure) = parallelMap(old.count) {
    try removeFile(folder.appendingPathComponent(old[$0]))
  }
  if let failure { throw failure }
  for name in names + [Manifest.fileName] {
    let destination = folder.appendingPathComponent(name)
    guard rename(staging.appendingPathComponent(name).path, destination.path) == 0 else {
      throw FileError.cannotWrite(path: destination.path, reason: systemReason())
    }
  }
}

let rejectedFileName = "rejected.csv"

private func countsBySplit(_ rows: AssembledRows) -> [String: Manifest.Split] {
  var counts = rows.splitNames.map { _ in [Int](repeating: 0, count: rows.classes.count) }
  for record in rows.records { counts[record.split][Int(record.label)] += 1 }
  var splits: [String: Manifest.Split] = [:]
  for (name, counts) in zip(rows.splitNames, counts) where counts.contains(where: { $0 > 0 }) {
    splits[name] = Manifest.Split(
      count: counts.reduce(0, +),
      perClass: Dictionary(uniqueKeysWithValues: zip(rows.classes, counts)))
  }
  return splits
}

private func makeManifest(
  _ gathered: GatheredRows, _ rows: AssembledRows, _ splits: [String: Manifest.Split],
  _ outcomes: [ShardWriter.Outcome], _ options: PreparationOptions
) -> Manifest {
  let trainingSplit = SplitNames.training(among: rows.splitNames) ?? ""
  let training = outcomes.filter { $0.shard.split == trainingSplit }
  // Whole numbers up to here; Double only for the last step, so the same in any order.
  let levels = training.reduce(0) { $0 + $1.shard.count } * rows.size * rows.size
  let sum = training.reduce(0) { $0 + $1.levels.sum }
  let squares = training.reduce(0) { $0 + $1.levels.squares }
  let mean = Double(sum) / Double(levels)
  let variance = max(0, Double(squares) / Double(levels) - mean * mean)
  return Manifest(
    shape: [rows.size, rows.size, 1], classes: rows.classes, splits: splits,
    mean: ChannelValues(mean / 255),
    standardDeviation: ChannelValues(variance.squareRoot() / 255), statisticsSplit: trainingSplit,
    source: gathered.identity,
    preparation: Manifest.Preparation(
      size: options.size, skipsBadRows: options.skipsBadRows, rejectedRows: rows.rejected.count,
      splitSeed: rows.drewSplits ? options.seed : nil, faces: options.faces.recorded),
    shards: outcomes.map(\.shard))
}

/// `rejected.csv`: lines count from 1 with the header, so a data row's line is its number + 2.
func rejectedCSV(_ rejected: [RejectedRow]) -> String {
  func quoted(_ text: String) -> String {
    "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }
  return rejected.reduce(into: "line,reason,excerpt\n") { text, row in
    text += "\(row.row + 2),\(quoted(row.reason)),\(quoted(row.excerpt))\n"
  }
}

func writeJSON(
  _ value: some Encodable, to url: URL, syncedBy sync: FileSync
) throws {
  try writeAtomically(prettyJSON(value), to: url, syncedBy: sync)
}

private func removeFile(_ url: URL) throws {
  guard unlink(url.path) == 0 || errno == ENOENT else {
    throw FileError.cannotWrite(path: url.path, reason: systemReason())
  }
}
