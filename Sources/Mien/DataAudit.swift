internal import Datasets
internal import Evaluation
internal import Foundation
internal import Imaging
internal import Reporting
internal import TensorCore

/// What `mien prepare` found doubtful in the data, and what of it touches the rows that are reported
/// on.
struct DataAudit {
  /// What is wrong with the rows of an example.
  enum Kind: String, CaseIterable {
    case acrossSplits = "the same picture in two splits"
    case labelsDisagree = "the same picture with two labels"
    case nearAcrossSplits = "nearly the same picture in two splits"
    case nearLabelsDisagree = "nearly the same picture with two labels"
    case constant = "a picture of one grey level"
    case nearConstant = "a picture of almost one grey level"
  }

  /// Rows that are worth a look.
  struct Example {
    let kind: Kind
    /// Rows of the source with the split and the class of each; one where a picture is odd by itself.
    let members: [(row: Int, split: String, name: String)]
  }

  let manifest: Manifest
  /// Whether the folder has a `quality.json`.
  let hasReport: Bool
  /// What it says of pictures; nil of others.
  let quality: QualityReport?
  /// Nil where it is not known what was learnt from.
  let withoutCopies: WithoutCopies?
  let examples: [Example]
  private let dataset: PreparedDataset

  /// How many examples of a kind are shown, and how many rows of one.
  private static let (exampleCount, memberCount) = (3, 3)

  /// Reads what was found. Throws `FileError` and `DatasetError` for a file that is no quality report,
  /// and what judging throws.
  init(_ evaluator: Evaluator, _ predictions: Predictions) throws {
    let dataset = evaluator.dataset
    self.dataset = dataset
    manifest = dataset.manifest
    hasReport = evaluator.hasQualityReport
    guard hasReport else {
      (quality, withoutCopies, examples) = (nil, nil, [])
      return
    }
    // Of sounds and tables the report has other findings; copies it has of all.
    let report = manifest.holdsGrayPictures ? try QualityReport(inFolder: evaluator.data) : nil
    quality = report
    examples =
      report.map { Self.examples(of: $0, dataset, reported: Set(evaluator.sourceRows)) } ?? []
    let known = evaluator.checkpointsOfTheseData
    guard known.count == evaluator.ensemble.checkpoints.count else {
      withoutCopies = nil
      return
    }
    withoutCopies = try evaluator.withoutCopies(
      of: Evaluator.rowsLearnt(by: known, dataset, at: evaluator.data), predictions.probabilities,
      report)
  }

  /// Those first that touch a reported row, in the order of the report.
  private static func examples(
    of quality: QualityReport, _ dataset: PreparedDataset, reported: Set<Int>
  ) -> [Example] {
    func groups(
      _ kind: Kind, _ all: [QualityReport.Group], _ isMeant: (QualityReport.Group) -> Bool
    ) -> [Example] {
      let meant = all.filter(isMeant)
      let touching = meant.filter { $0.rows.contains(where: reported.contains) }
      let others = meant.filter { !$0.rows.contains(where: reported.contains) }
      return (touching + others).prefix(exampleCount).map {
        Example(kind: kind, members: distinct($0))
      }
    }
    let (exact, near) = (quality.exactDuplicates.groups, quality.nearDuplicates.pairs)
    let odd = [(Kind.constant, quality.constant), (.nearConstant, quality.nearConstant)]
    let wanted = Set(odd.flatMap { $0.1.rows.prefix(exampleCount) })
    let places = wanted.isEmpty ? [:] : dataset.places(ofSourceRows: wanted)
    return groups(.acrossSplits, exact, \.isAcrossSplits)
      + groups(.labelsDisagree, exact, \.labelsDisagree)
      + groups(.nearAcrossSplits, near, \.isAcrossSplits)
      + groups(.nearLabelsDisagree, near, \.labelsDisagree)
      + odd.flatMap { kind, list in
        list.rows.prefix(exampleCount).compactMap { row in
          places[row].map { place in
            let name = dataset.manifest.classes[dataset.label(place)]
            return Example(kind: kind, members: [(row, dataset.split(of: place), name)])
          }
        }
      }
  }

  /// A few rows of a group: first of each split and class one, in order.
  private static func distinct(
    _ group: QualityReport.Group
  ) -> [(row: Int, split: String, name: String)] {
    let all = group.rows.indices.map { (group.rows[$0], group.splits[$0], group.classes[$0]) }
    var seen: Set<[String]> = []
    let (first, rest) = all.reduce(into: ([(Int, String, String)](), [(Int, String, String)]())) {
      if seen.insert([$1.1, $1.2]).inserted { $0.0.append($1) } else { $0.1.append($1) }
    }
    return (first + rest).prefix(memberCount).map { (row: $0.0, split: $0.1, name: $0.2) }
  }

  /// The examples as pictures.
  func pictures() -> [RunReport.Audit.Example] {
    guard manifest.holdsGrayPictures else { return [] }
    let places = dataset.places(ofSourceRows: Set(examples.flatMap { $0.members.map(\.row) }))
    return examples.compactMap { example in
      let faces = example.members.compactMap { member in
        places[member.row].map {
          RunReport.Audit.Face(
            image: dataset.image(of: $0), caption: "\(member.name), \(member.split)",
            row: member.row)
        }
      }
      return faces.isEmpty
        ? nil : RunReport.Audit.Example(title: example.kind.rawValue, faces: faces)
    }
  }
}

extension PreparedDataset {
  /// Where rows of the source lie, by their numbers there.
  func places(ofSourceRows rows: Set<Int>) -> [Int: Int] {
    var places: [Int: Int] = [:]
    for place in 0..<count where rows.contains(sourceRow(place)) {
      places[sourceRow(place)] = place
    }
    return places
  }

  /// The split of a row.
  func split(of row: Int) -> String {
    var end = 0
    for shard in manifest.shards {
      end += shard.count
      if row < end { return shard.split }
    }
    preconditionFailure("row \(row) of \(end)")
  }
}
