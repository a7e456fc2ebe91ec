public import Evaluation

/// Whether one run's best weights answer the same rows better than another's by more than chance:
/// McNemar's test, and how far the differences owe to the choice of rows, as bootstrap intervals of
/// paired rows.
public struct RunDifference: Sendable {
  /// What can be said of one class; differences are second − first.
  public struct PerClass: Encodable, Sendable {
    /// The class.
    public let name: String
    /// How many rows are of it.
    public let rows: Int
    /// The difference in F1; nil where neither run knows an example or an answer of the class. The
    /// interval is not corrected for the number of classes.
    public let f1: BootstrapInterval?
    /// Rows of the class that the first run alone answered rightly.
    public let onlyFirst: Int
    /// Rows of the class that the second run alone answered rightly.
    public let onlySecond: Int

    private enum CodingKeys: String, CodingKey {
      case name = "class"
      case rows
      case f1 = "f1_difference"
      case onlyFirst = "only_first_right"
      case onlySecond = "only_second_right"
    }
  }

  /// What was found on the rows that both runs answered.
  public struct Findings: Sendable {
    /// The test over all rows.
    public let mcnemar: McNemarTest
    /// How many rows they gave different answers to, right or wrong.
    public let differing: Int
    /// The difference in accuracy, second − first.
    public let accuracy: BootstrapInterval
    /// The difference in macro F1, second − first.
    public let macroF1: BootstrapInterval
    /// Class by class.
    public let perClass: [PerClass]
    /// The p-value after Holm's correction, where more pairs than one were tested.
    public internal(set) var holmPValue: Double?
  }

  /// The runs' names.
  public let first: String
  /// See `first`.
  public let second: String
  /// What was found; nil where the runs cannot be tested.
  public internal(set) var findings: Findings?
  /// Why they cannot.
  public let reason: String?

  /// Tests two measured runs.
  init(_ first: ComparedRun, _ second: ComparedRun, _ bootstrap: Bootstrap) {
    (self.first, self.second) = (first.name, second.name)
    if let reason = Self.reason(first, second) {
      self.reason = reason
      return
    }
    guard let one = first.predictions, let other = second.predictions else {
      preconditionFailure("runs without predictions are told apart above")
    }
    reason = nil
    let (labels, answers) = (one.labels, [one.predictions, other.predictions])
    let classes = one.classes
    let intervals = bootstrap.intervals(
      labels: labels, predictions: answers, classCount: classes.count
    ) { counts in
      let (first, second) = (counts[0], counts[1])
      return [second.accuracy - first.accuracy, second.macroF1 - first.macroF1]
        + classes.indices.map { index in
          first.support[index] + first.predicted[index] + second.predicted[index] == 0
            ? nil : second.f1(index) - first.f1(index)
        }
    }
    guard let accuracy = intervals[0], let macroF1 = intervals[1] else {
      preconditionFailure("there are rows, so there is an accuracy")
    }
    findings = Findings(
      mcnemar: McNemarTest(labels: labels, first: answers[0], second: answers[1]),
      differing: zip(answers[0], answers[1]).count { $0 != $1 },
      accuracy: accuracy, macroF1: macroF1,
      perClass: classes.enumerated().map { index, name in
        let places = labels.indices.filter { labels[$0] == index }
        return PerClass(
          name: name, rows: places.count, f1: intervals[2 + index],
          onlyFirst: places.count { answers[0][$0] == index && answers[1][$0] != index },
          onlySecond: places.count { answers[0][$0] != index && answers[1][$0] == index })
      })
  }

  /// Why two runs cannot be tested; nil where they can.
  private static func reason(_ first: ComparedRun, _ second: ComparedRun) -> String? {
    for run in [first, second] where run.predictions == nil {
      return "\(run.name) could not be measured anew, so its answers to single rows are not known"
    }
    guard first.configuration.data.fingerprint == second.configuration.data.fingerprint else {
      return "they were measured on different data"
    }
    return first.isMeasured(onTheRowsOf: second) ? nil : "they were measured on different rows"
  }
}

extension RunDifference: Encodable {
  private enum CodingKeys: String, CodingKey {
    case first, second, reason, mcnemar, differing
    case holmPValue = "holm_p_value"
    case accuracy = "accuracy_difference"
    case macroF1 = "macro_f1_difference"
    case perClass = "per_class"
  }

  /// The test as JSON; without one there is the reason alone.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(first, forKey: .first)
    try container.encode(second, forKey: .second)
    try container.encodeIfPresent(reason, forKey: .reason)
    try container.encodeIfPresent(findings?.mcnemar, forKey: .mcnemar)
    try container.encodeIfPresent(findings?.differing, forKey: .differing)
    try container.encodeIfPresent(findings?.holmPValue, forKey: .holmPValue)
    try container.encodeIfPresent(findings?.accuracy, forKey: .accuracy)
    try container.encodeIfPresent(findings?.macroF1, forKey: .macroF1)
    try container.encodeIfPresent(findings?.perClass, forKey: .perClass)
  }
}
