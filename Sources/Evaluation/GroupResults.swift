/// What answers are worth on each group of rows: speaker by speaker, corpus by corpus.
public struct GroupResults: Codable, Hashable, Sendable {
  /// One group.
  public struct Group: Codable, Hashable, Sendable {
    /// What it is called.
    public let name: String
    /// How many rows are of it, and how many of these are answered rightly.
    public let n, correct: Int
    /// The share of right answers.
    public let accuracy: Double
    /// The ends of its interval (`ProportionInterval`), as if the group's rows were drawn one by one.
    public let low, high: Double
    /// The mean recall over the classes that occur in the group.
    public let balancedAccuracy: Double
    /// The mean F1 over the classes that occur in the group or among the answers to it.
    public let macroF1: Double

    enum CodingKeys: String, CodingKey {
      case name, n, correct, accuracy, low, high
      case balancedAccuracy = "balanced_accuracy"
      case macroF1 = "macro_f1"
    }

    init(_ name: String, _ counts: ClassCounts) {
      self.name = name
      (n, correct) = (counts.total, counts.hits.reduce(0, +))
      let interval = ProportionInterval(successes: correct, of: n)
      (accuracy, low, high) = (counts.accuracy, interval.low, interval.high)
      (balancedAccuracy, macroF1) = (counts.balancedAccuracy, counts.macroF1)
    }
  }

  /// What the rows of a group have in common: `speaker`, `artist`, `corpus`.
  public let kind: String
  /// By falling accuracy, of equals by name.
  public let groups: [Group]
  /// The mean accuracy of the groups, each counted once, however many rows it has.
  public let mean: Double
  /// Their standard deviation with n − 1 in the denominator; nil for a single group.
  public let standardDeviation: Double?
  /// The accuracies of the worst and of the best group.
  public let lowest, highest: Double

  enum CodingKeys: String, CodingKey {
    case kind, groups, mean, lowest, highest
    case standardDeviation = "standard_deviation"
  }

  /// The results of answers by group; nil without rows.
  ///
  /// - Parameters:
  ///   - kind: what the rows of a group have in common.
  ///   - names: the group of each of N rows.
  ///   - labels: N indices of the true class, each below `classCount`.
  ///   - predictions: N indices of the class that was answered.
  ///   - classCount: how many classes there are.
  public init?(
    kind: String, names: [String], labels: [Int], predictions: [Int], classCount: Int
  ) {
    precondition(
      names.count == labels.count && labels.count == predictions.count,
      "\(names.count) groups, \(labels.count) labels, \(predictions.count) predictions")
    if names.isEmpty { return nil }
    self.kind = kind
    groups = Dictionary(grouping: names.indices) { names[$0] }.map { name, rows in
      let matrix = ConfusionMatrix(
        labels: rows.map { labels[$0] }, predictions: rows.map { predictions[$0] },
        classCount: classCount)
      return Group(name, matrix.classCounts)
    }.sorted { ($1.accuracy, $0.name) < ($0.accuracy, $1.name) }
    let shares = groups.map(\.accuracy)
    let mean = shares.reduce(0, +) / Double(shares.count)
    self.mean = mean
    standardDeviation =
      shares.count > 1
      ? (shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(shares.count - 1))
        .squareRoot()
      : nil
    (highest, lowest) = (shares[0], shares[shares.count - 1])
  }
}
