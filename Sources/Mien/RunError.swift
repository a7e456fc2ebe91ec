public import TensorCore

/// A run, checkpoint or data set that do not go together.
public enum RunError: MienError {
  /// A configuration that cannot be read.
  case badConfiguration(origin: String, problem: String)
  /// A file that should hold a configuration does not hold JSON.
  case damagedConfiguration(file: String, problem: String)
  /// No checkpoint where one was named.
  case noCheckpoint(path: String, problem: String)
  /// The checkpoint was made for other inputs or classes than the data have.
  case mismatch(checkpoint: String, data: String, problem: String)
  /// The checkpoint is not for what is asked of it.
  case unsuited(checkpoint: String, problem: String, remedy: String)
  /// The data have no such rows.
  case badSplit(data: String, problem: String, remedy: String)
  /// Runs that cannot be compared with each other.
  case badComparison(problem: String, remedy: String)
  /// A run is resumed with other settings or data than it began with.
  case cannotResume(folder: String, problem: String, remedy: String)

  /// What the failure means for the program that asked.
  public var kind: FailureKind {
    switch self {
    case .badConfiguration, .badSplit, .badComparison: .usage
    case .noCheckpoint: .missingInput
    case .damagedConfiguration, .mismatch, .unsuited, .cannotResume: .badData
    }
  }

  /// One line for a person.
  public var description: String {
    switch self {
    case .badConfiguration(let origin, let problem):
      "configuration (\(origin)): \(problem); see docs/configuration.md for every key"
    case .damagedConfiguration(let file, let problem):
      "\(file): \(problem), expected a configuration in JSON; restore the file, or begin anew"
    case .noCheckpoint(let path, let problem):
      "\(path): \(problem), expected a run folder, a folder with model.safetensors and "
        + "config.json, or a .safetensors file with config.json beside it"
    case .mismatch(let checkpoint, let data, let problem):
      "\(checkpoint) does not fit \(data): \(problem); "
        + "use data that were prepared like those it was trained on"
    case .unsuited(let checkpoint, let problem, let remedy):
      "\(checkpoint): \(problem); \(remedy)"
    case .badSplit(let data, let problem, let remedy): "\(data): \(problem); \(remedy)"
    case .badComparison(let problem, let remedy): "\(problem); \(remedy)"
    case .cannotResume(let folder, let problem, let remedy): "\(folder): \(problem); \(remedy)"
    }
  }
}
