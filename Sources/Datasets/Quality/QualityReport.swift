internal import Foundation

/// What is doubtful about a data set: `quality.json`. Rows are data rows of the source, from 0.
public struct QualityReport: Codable, Equatable, Sendable {
  /// The name of the file.
  public static let fileName = "quality.json"
  /// Images of a smaller standard deviation, in grey levels 0…255, are near-constant.
  public static let nearConstant = 4.0
  /// Lists are cut to so many entries; those across splits or of disagreeing labels never are.
  public static let listLimit = 1000

  /// The version of this format.
  public var schemaVersion = 1
  /// Good rows.
  public let rows: Int
  /// Rows left out.
  public let rejectedRows: Int
  /// Counts by split and class.
  public let splits: [String: Manifest.Split]
  /// Images of one grey level.
  public let constant: RowList
  /// Images of almost one grey level.
  public let nearConstant: RowList
  /// Images that are equal pixel by pixel.
  public let exactDuplicates: Exact
  /// Images that look the same.
  public let nearDuplicates: Near

  /// Some rows.
  public struct RowList: Codable, Equatable, Sendable {
    /// How many there are.
    public let total: Int
    /// The first of them.
    public let rows: [Int]
  }

  /// Rows that are copies of each other.
  public struct Group: Codable, Equatable, Sendable {
    /// The rows, in order.
    public let rows: [Int]
    /// The split of each.
    public let splits: [String]
    /// The class of each.
    public let classes: [String]

    /// Whether the copies lie in different splits.
    public var isAcrossSplits: Bool { Set(splits).count > 1 }
    /// Whether the copies have different labels.
    public var labelsDisagree: Bool { Set(classes).count > 1 }
  }

  /// Equal images.
  public struct Exact: Codable, Equatable, Sendable {
    /// Groups of equal images.
    public let groupsTotal: Int
    /// Images that have an equal one before them.
    public let surplusRows: Int
    /// Groups with rows in different splits.
    public let acrossSplitsTotal: Int
    /// Groups with different labels.
    public let labelsDisagreeTotal: Int
    /// All groups across splits or of different labels, then others up to the limit.
    public let groups: [Group]

    enum CodingKeys: String, CodingKey {
      case groups
      case groupsTotal = "groups_total"
      case surplusRows = "surplus_rows"
      case acrossSplitsTotal = "across_splits_total"
      case labelsDisagreeTotal = "labels_disagree_total"
    }
  }

  /// Similar images. Of equal ones only the first is compared, and constant ones are not.
  public struct Near: Codable, Equatable, Sendable {
    /// How similarity is decided.
    public let method: String
    /// Pairs of similar images.
    public let pairsTotal: Int
    /// Pairs with rows in different splits.
    public let acrossSplitsTotal: Int
    /// Pairs with different labels.
    public let labelsDisagreeTotal: Int
    /// False where so many images look alike that not all pairs were compared.
    public let isComplete: Bool
    /// All pairs across splits or of different labels, then others up to the limit.
    public let pairs: [Group]

    enum CodingKeys: String, CodingKey {
      case method, pairs
      case pairsTotal = "pairs_total"
      case acrossSplitsTotal = "across_splits_total"
      case labelsDisagreeTotal = "labels_disagree_total"
      case isComplete = "is_complete"
    }
  }

  /// The doubtful ones all, the others up to the limit; in the order of their rows.
  fileprivate static func cut(_ groups: [Group]) -> [Group] {
    let doubtful = groups.filter { $0.isAcrossSplits || $0.labelsDisagree }
    let others = groups.filter { !$0.isAcrossSplits && !$0.labelsDisagree }
    return doubtful + others.prefix(max(0, listLimit - doubtful.count))
  }

  enum CodingKeys: String, CodingKey {
    case rows, splits, constant
    case schemaVersion = "schema_version"
    case rejectedRows = "rejected_rows"
    case nearConstant = "near_constant"
    case exactDuplicates = "exact_duplicates"
    case nearDuplicates = "near_duplicates"
  }

  /// Looks for what is doubtful; `constant` and `nearConstant` are indices of records.
  init(
    _ rows: AssembledRows, constant: [Int], nearConstant: [Int],
    splits: [String: Manifest.Split], observer: PreparationObserver
  ) throws {
    func group(_ indices: [Int]) -> Group {
      let records = indices.map { rows.records[$0] }
      return Group(
        rows: records.map(\.row), splits: records.map { rows.splitNames[$0.split] },
        classes: records.map { rows.classes[Int($0.label)] })
    }
    func list(_ indices: [Int]) -> RowList {
      let numbers = indices.map { rows.records[$0].row }.sorted()
      return RowList(total: numbers.count, rows: Array(numbers.prefix(Self.listLimit)))
    }
    self.rows = rows.records.count
    rejectedRows = rows.rejected.count
    self.splits = splits
    self.constant = list(constant)
    self.nearConstant = list(nearConstant)

    let equal = try equalImages(rows)
    let exact = equal.map(group)
    exactDuplicates = Exact(exact)

    var isCandidate = [Bool](repeating: true, count: rows.records.count)
    for index in equal.flatMap({ $0.dropFirst() }) + constant + nearConstant {
      isCandidate[index] = false
    }
    let search = NearDuplicateSearch(
      rows, candidates: rows.records.indices.filter { isCandidate[$0] })
    let similar = try search.pairs(observer: observer)
    let near = similar.pairs.map { group([$0.0, $0.1]) }
    nearDuplicates = Near(
      method: NearDuplicateSearch.method, pairsTotal: near.count,
      acrossSplitsTotal: near.count(where: \.isAcrossSplits),
      labelsDisagreeTotal: near.count(where: \.labelsDisagree), isComplete: similar.isComplete,
      pairs: Self.cut(near))
  }
}

extension QualityReport.Exact {
  /// All groups of equal examples.
  init(_ all: [QualityReport.Group]) {
    self.init(
      groupsTotal: all.count, surplusRows: all.reduce(0) { $0 + $1.rows.count - 1 },
      acrossSplitsTotal: all.count(where: \.isAcrossSplits),
      labelsDisagreeTotal: all.count(where: \.labelsDisagree), groups: QualityReport.cut(all))
  }
}
