import Datasets
import Foundation
import TensorCore

/// The JSON of a preparation of sounds or of a table.
struct SoundPreparationSummary: Encodable {
  let out: String
  let kind: String
  let shape: Shape
  let features: String?
  let rows: Int
  let rejectedRows: Int
  let classes: [String]
  let corpora: [String: Int]
  let groupKind: String
  let groups: Int
  let withoutGroup: Int
  let splits: [String: Manifest.Split]
  let split: SplitRecord?
  let shards: Int
  let silent: Int?
  let clipped: Int?
  let oddLengths: Int?
  let exactDuplicateGroups: Int
  let exactAcrossSplits: Int
  let labelsDisagree: Int
  let givesClassAway: [OneRule]
  let metadata: MetadataReport?
  let warnings: [String]

  enum CodingKeys: String, CodingKey {
    case out, kind, shape, features, rows, classes, corpora, groups, splits, split, shards, silent
    case clipped, metadata, warnings
    case rejectedRows = "rejected_rows"
    case groupKind = "group_kind"
    case withoutGroup = "without_group"
    case oddLengths = "odd_lengths"
    case exactDuplicateGroups = "exact_duplicate_groups"
    case exactAcrossSplits = "exact_across_splits"
    case labelsDisagree = "labels_disagree"
    case givesClassAway = "gives_class_away"
  }

  init(folder: String, _ result: ExamplePreparationResult) {
    let (manifest, quality) = (result.manifest, result.quality)
    (out, kind, shape) = (folder, manifest.kind, manifest.shape)
    features = manifest.preparation.sound?.features
    (rows, rejectedRows) = (quality.rows, quality.rejectedRows)
    classes = manifest.classes
    corpora = quality.corpora.mapValues(\.count)
    (groupKind, groups) = (quality.groupKind, quality.groups.count)
    withoutGroup = quality.withoutGroup.total
    (splits, split) = (manifest.splits, manifest.preparation.split)
    shards = manifest.shards.count
    silent = quality.sound?.silent.total
    clipped = quality.sound?.clipped.total
    oddLengths = quality.sound?.oddLengths.total
    exactDuplicateGroups = quality.exactDuplicates.groupsTotal
    exactAcrossSplits = quality.exactDuplicates.acrossSplitsTotal
    labelsDisagree = quality.exactDuplicates.labelsDisagreeTotal
    givesClassAway = quality.warnings
    (metadata, warnings) = (quality.metadata, result.warnings)
  }
}

/// Counts and doubts as tables for people.
struct SoundPreparationText: CustomStringConvertible {
  private let result: ExamplePreparationResult

  init(_ result: ExamplePreparationResult) { self.result = result }

  var description: String {
    let parts = [counts.description, doubts.description, notes.joined(separator: "\n")]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  private var counts: Table {
    let manifest = result.manifest
    let names = manifest.splitNames
    var table = Table([("class", .left)] + names.map { ($0, .right) })
    for name in manifest.classes {
      table.add([name] + names.map { "\(manifest.splits[$0]?.perClass[name] ?? 0)" })
    }
    table.add(["all"] + names.map { "\(manifest.splits[$0]?.count ?? 0)" })
    return table
  }

  private var doubts: Table {
    let quality = result.quality
    var table = Table([
      ("doubtful", .left), ("all", .right), ("across splits", .right), ("labels disagree", .right),
    ])
    if let sound = quality.sound {
      table.add(["silent", "\(sound.silent.total)", "", ""])
      table.add(["clipped", "\(sound.clipped.total)", "", ""])
      table.add(["of odd length", "\(sound.oddLengths.total)", "", ""])
    }
    let exact = quality.exactDuplicates
    table.add([
      "groups of exact duplicates", "\(exact.groupsTotal)", "\(exact.acrossSplitsTotal)",
      "\(exact.labelsDisagreeTotal)",
    ])
    return table
  }

  private var notes: [String] {
    let (manifest, quality) = (result.manifest, result.quality)
    let corpora = quality.corpora.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.count)" }
    let kind = quality.groupKind
    var lines = [
      "\(counted(quality.rows, "row")) of \(manifest.kind) \(manifest.shape): "
        + "\(corpora.joined(separator: ", "))"
        + (quality.withoutGroup.total < quality.rows
          ? "; \(counted(quality.groups.count, kind))" : "")
    ]
    if let sound = quality.sound {
      let rates = sound.sampleRates.sorted { (Int($0.key) ?? 0) < (Int($1.key) ?? 0) }
        .map { "\($0.key) Hz (\($0.value))" }
      lines.append(
        String(
          format: "%.1f to %.1f seconds, %.1f minutes together; ", sound.seconds.minimum,
          sound.seconds.maximum, sound.seconds.total / 60) + rates.joined(separator: ", "))
    }
    if let split = manifest.preparation.split {
      switch split.method {
      case .groups: lines.append("splits were drawn by the seed, each \(kind) in one of them")
      case .random: lines.append("splits were drawn by the seed, row by row")
      case .named: lines.append("splits are the \(kind)s that were named")
      case .none: lines.append("all rows are one split: mien train --folds K examines each once")
      }
      if let caution = split.caution { lines.append("warning: \(caution)") }
    }
    lines += result.warnings.map { "warning: \($0)" }
    if let metadata = quality.metadata { lines.append(Self.words(metadata)) }
    if quality.rejectedRows > 0 {
      let rows = counted(quality.rejectedRows, "bad row")
      lines.append("\(rows) left out: see rejected.csv")
    }
    return lines
  }

  private static func words(_ metadata: MetadataReport) -> String {
    func words(_ count: Int, _ noun: String, _ what: String) -> String? {
      count > 0 ? "\(counted(count, noun)) \(what)" : nil
    }
    let counts = [
      words(metadata.withoutRow.total, "row", "without metadata"),
      words(metadata.withoutExample.total, "id", "without a row"),
      words(metadata.repeatedIds.total, "id", "twice"),
      words(metadata.genresDiffer.total, "row", "of another genre"),
    ]
    return
      (["\(metadata.file): \(counted(metadata.matched, "id")) matched"] + counts.compactMap { $0 })
      .joined(separator: ", ")
  }
}
