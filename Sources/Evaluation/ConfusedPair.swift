/// Two classes of which one was taken for the other.
public struct ConfusedPair: Hashable, Sendable {
  /// The index of the label, and that of the answer.
  public let truth, answer: Int
  /// How many examples it happened to.
  public let count: Int
  /// The share of the label's examples, in 0...1.
  public let share: Double
}

extension ConfusionMatrix {
  /// The pairs that were confused most often, at most `limit`: by their counts, then by the order of
  /// the classes.
  public func confusedPairs(_ limit: Int) -> [ConfusedPair] {
    let pairs = counts.enumerated().flatMap { truth, row in
      row.enumerated().compactMap { answer, count in
        answer != truth && count > 0
          ? ConfusedPair(
            truth: truth, answer: answer, count: count,
            share: Double(count) / Double(support(truth))) : nil
      }
    }
    return Array(
      pairs.sorted { ($1.count, $0.truth, $0.answer) < ($0.count, $1.truth, $1.answer) }
        .prefix(limit))
  }
}
