public import TensorCore

/// Predictions that cannot be judged.
public enum EvaluationError: MienError {
  /// There is nothing to judge.
  case noExamples
  /// A probability is not one; `row` counts from 0.
  case badProbability(row: Int, className: String, value: Float)
  /// A label is not an index of a class; `row` counts from 0.
  case badLabel(row: Int, label: Int, classCount: Int)
  /// A logit is not finite; `row` counts from 0.
  case badLogit(row: Int, value: Float)
  /// A file of predictions is not what it should be.
  case badFile(file: String, line: Int, problem: String, remedy: String)

  /// `badData`: what was to be judged is at fault.
  public var kind: FailureKind { .badData }

  /// One line for a person.
  public var description: String {
    switch self {
    case .noExamples: "no examples to judge; choose a split that has some"
    case .badProbability(let row, let className, let value):
      "row \(row): the probability of class \(className) is \(value), expected 0 to 1; "
        + "the network's weights or its input are not finite"
    case .badLabel(let row, let label, let classCount):
      "row \(row): label \(label), expected 0 to \(classCount - 1); "
        + "use data with the classes the model was trained on"
    case .badLogit(let row, let value):
      "row \(row): a logit is \(value), expected a finite number; "
        + "the network's weights or its input are not finite"
    case .badFile(let file, let line, let problem, let remedy):
      "\(file): line \(line): \(problem); \(remedy)"
    }
  }
}
