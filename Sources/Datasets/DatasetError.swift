public import TensorCore

/// Something is wrong with a data set.
public enum DatasetError: MienError, Equatable {
  /// A row of a source; `line` counts from 1, the header included.
  case badRow(file: String, line: Int, problem: String, remedy: String)
  /// A source as a whole.
  case badSource(file: String, problem: String, remedy: String)
  /// A compressed source; `offset` is the byte of the compressed file where it went wrong.
  case badCompression(file: String, offset: Int, problem: String)
  /// A `.npy` file.
  case badArray(file: String, problem: String, remedy: String)
  /// A folder of prepared data.
  case badPreparedData(folder: String, problem: String, remedy: String)
  /// A request that this source cannot fulfil.
  case unsupported(file: String, problem: String, remedy: String)

  /// `badData`, except for requests.
  public var kind: FailureKind {
    if case .unsupported = self { .usage } else { .badData }
  }

  /// One line for a person.
  public var description: String {
    switch self {
    case .badRow(let file, let line, let problem, let remedy):
      "\(file): line \(line): \(problem); \(remedy)"
    case .badSource(let file, let problem, let remedy),
      .badArray(let file, let problem, let remedy),
      .badPreparedData(let file, let problem, let remedy),
      .unsupported(let file, let problem, let remedy):
      "\(file): \(problem); \(remedy)"
    case .badCompression(let file, let offset, let problem):
      "\(file): \(problem) at byte \(offset) of the compressed file; copy or download it again"
    }
  }
}
