internal import TensorCore

/// How well one number alone tells the class: what a data set must not give away by the length of its
/// sounds or by how they were recorded.
///
/// The rule is that of Holte, "Very simple classification rules perform well on most commonly used
/// datasets", Machine Learning 11, 1993, DOI 10.1023/A:1022631118932: the values are cut into at most
/// ten intervals of about equal counts (equal values are never parted), and each interval answers with
/// its most frequent class. It is learnt on four of five folds, which keep groups apart, and examined
/// on the fifth, so that chance gives it nothing.
public struct OneRule: Codable, Equatable, Sendable {
  /// What the number is.
  public let property: String
  /// The share of the rows that the rule answers rightly, each when it was in the fold held out.
  public let accuracy: Double
  /// The same where the most frequent class of the other folds is always the answer.
  public let chance: Double
  /// How much of what chance leaves the rule makes good: (accuracy − chance) / (1 − chance).
  public let skill: Double
  /// Whether the skill is at least a tenth and is no accident: more than three standard errors.
  public let givesClassAway: Bool

  enum CodingKeys: String, CodingKey {
    case property, accuracy, chance, skill
    case givesClassAway = "gives_class_away"
  }

  static let intervals = 10
  private static let leastSkill = 0.1

  /// Measures a number; nil where it is the same for all rows, or there are fewer than two classes or too
  /// few rows to say anything.
  ///
  /// - Parameters:
  ///   - values: one a row.
  ///   - labels: class indices in 0..<classCount.
  ///   - groups: rows of equal ones stay in one fold; where there are fewer than five of them, rows
  ///     are dealt out one by one.
  init?(_ property: String, values: [Double], labels: [Int], classCount: Int, groups: [Int]) {
    let n = labels.count
    guard n >= 20, Set(labels).count > 1, Set(values).count > 1 else { return nil }
    let folds = stratifiedFolds(
      labels: labels, classCount: classCount, count: 5,
      groups: Set(groups).count >= 5 ? groups : nil,
      random: RandomStream(seed: 1).substream("one rule"))
    var (right, usual) = (0, 0)
    for fold in 0..<5 {
      let learnt = labels.indices.filter { folds[$0] != fold }
      let rule = Rule(learnt.map { (values[$0], labels[$0]) }, classCount)
      for row in labels.indices where folds[row] == fold {
        if rule.answer(values[row]) == labels[row] { right += 1 }
        if rule.usual == labels[row] { usual += 1 }
      }
    }
    self.property = property
    accuracy = Double(right) / Double(n)
    chance = Double(usual) / Double(n)
    skill = chance < 1 ? (accuracy - chance) / (1 - chance) : 0
    let error = (chance * (1 - chance) / Double(n)).squareRoot()
    givesClassAway = skill >= Self.leastSkill && accuracy - chance > 3 * error
  }

  /// Intervals of a number with their answers.
  private struct Rule {
    /// The most frequent class of all; of equals the first.
    let usual: Int
    /// The largest value of each interval but the last.
    private var ends: [Double] = []
    private var answers: [Int] = []

    init(_ rows: [(value: Double, label: Int)], _ classCount: Int) {
      func mostFrequent(_ rows: some Sequence<(value: Double, label: Int)>) -> Int {
        var counts = [Int](repeating: 0, count: classCount)
        for row in rows { counts[row.label] += 1 }
        return counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
      }
      usual = mostFrequent(rows)
      let sorted = rows.enumerated().sorted {
        ($0.element.value, $0.offset) < ($1.element.value, $1.offset)
      }.map(\.element)
      let size = max(1, (sorted.count + OneRule.intervals - 1) / OneRule.intervals)
      var start = 0
      while start < sorted.count {
        var end = min(start + size, sorted.count)
        while end < sorted.count, sorted[end].value == sorted[end - 1].value { end += 1 }
        answers.append(mostFrequent(sorted[start..<end]))
        if end < sorted.count { ends.append((sorted[end - 1].value + sorted[end].value) / 2) }
        start = end
      }
    }

    func answer(_ value: Double) -> Int {
      answers[ends.firstIndex { value <= $0 } ?? answers.count - 1]
    }
  }
}
