public import TensorCore

/// A training run that cannot start, go on or be taken up again.
public enum TrainingError: MienError {
  /// The loss, or another `quantity` that learning needs, is no number any more.
  case diverged(
    epoch: Int, batch: Int, quantity: String = "loss", value: Double, learningRate: Double)
  /// The saved state does not belong to this run or is damaged.
  case badState(file: String, problem: String, remedy: String)
  /// The folder already holds a run.
  case runExists(folder: String)
  /// There is nothing to resume.
  case noRun(folder: String)

  /// A folder that is taken is `usage`, data are `badData`.
  public var kind: FailureKind {
    switch self {
    case .runExists: .usage
    case .diverged, .badState: .badData
    case .noRun: .missingInput
    }
  }

  /// One line for a person.
  public var description: String {
    switch self {
    case .diverged(let epoch, let batch, let quantity, let value, let learningRate):
      "the \(quantity) is \(value.isNaN ? "no number (NaN)" : "\(value)") at epoch \(epoch), "
        + "batch \(batch) (learning rate \(learningRate)); "
        + (epoch > 1 ? "the state after epoch \(epoch - 1) is kept, " : "no epoch was finished, ")
        + "start a new run with a smaller --set optimiser.learning_rate"
    case .badState(let file, let problem, let remedy): "\(file): \(problem); \(remedy)"
    case .runExists(let folder):
      "\(folder): already holds a run; add --resume to go on with it, or choose another --run"
    case .noRun(let folder):
      "\(folder): holds no run (no config.json); start one with mien train --data DIR --run DIR"
    }
  }
}
