/// How rows were split, as the manifest says it.
public struct SplitRecord: Codable, Equatable, Sendable {
  /// What decided.
  public enum Method: String, Codable, Sendable {
    /// Whole groups were drawn.
    case groups
    /// Rows were drawn, whatever group they are of.
    case random
    /// Groups were named.
    case named
    /// Nothing: all rows are one split.
    case none
  }

  /// What decided.
  public let method: Method
  /// The seed that drew; null where nothing was.
  public let seed: UInt64?
  /// What figures on these splits have to be taken with; null where nothing is wrong with them.
  public let caution: String?
  /// The groups to learn from as they were named; null where they were not.
  public let trainGroups: String?
  /// The groups to examine with as they were named; null where they were not.
  public let testGroups: String?
  /// Numbers within the ranges named that no group has, as `21-24`; null where there are none.
  public let missingGroups: [String]?

  enum CodingKeys: String, CodingKey {
    case method, seed, caution
    case trainGroups = "train_groups"
    case testGroups = "test_groups"
    case missingGroups = "missing_groups"
  }

  /// A split that was not named; one at random says what is wrong with it.
  ///
  /// - Parameters:
  ///   - groupKind: what the rows of a group have in common.
  ///   - unknown: what there is to say of rows whose group is not known; see `caution(unknown:of:groupKind:)`.
  init(_ method: Method, seed: UInt64?, groupKind: String, unknown: String?) {
    self.method = method
    self.seed = seed
    let dealt = method == .random ? Self.caution(groupKind: groupKind) : nil
    let all = [dealt, unknown].compactMap(\.self)
    caution = all.isEmpty ? nil : all.joined(separator: "; ")
    (trainGroups, testGroups, missingGroups) = (nil, nil, nil)
  }

  /// A split by the names of groups, of which there are these.
  init(train: GroupNames?, test: GroupNames?, among groups: Set<String>, unknown: String?) {
    (method, seed, caution) = (.named, nil, unknown)
    (trainGroups, testGroups) = (train?.text, test?.text)
    let missing = [train, test].compactMap { $0?.missing(among: groups) }.flatMap { $0 }
    missingGroups = missing.isEmpty ? nil : missing
  }

  /// What is wrong with rows that were dealt out without regard to their groups.
  public static func caution(groupKind: String) -> String {
    "random split: the same \(groupKind == "speaker" ? "voice" : groupKind) may stand on both sides"
  }

  /// What is wrong with rows of which it is not known whose they are; nil where it is known of all.
  static func caution(unknown: Int, of rows: Int, groupKind: String) -> String? {
    guard unknown > 0 else { return nil }
    // A piece is not what is to be kept apart, but whoever plays it.
    let who = groupKind == "piece" ? "artist or speaker" : groupKind
    return (unknown == rows ? "no row says its" : "\(unknown) of \(rows) rows do not say their")
      + " \(who), so the same one may stand on both sides"
  }
}
