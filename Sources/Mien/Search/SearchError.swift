public import TensorCore

/// A search for settings that cannot begin, go on or come to a result.
public enum SearchError: MienError, Equatable {
  /// The space of settings makes no sense, or the configuration does not take it.
  case badSpace(file: String, key: String?, problem: String, remedy: String)
  /// The folder already holds a search.
  case searchExists(folder: String)
  /// The folder is that of a single run.
  case runExists(folder: String)
  /// There is nothing to resume.
  case noSearch(folder: String)
  /// What the folder holds is damaged, or for other data.
  case cannotResume(file: String, problem: String, remedy: String)
  /// There are no rungs between these numbers of epochs.
  case badRungs(problem: String, remedy: String)
  /// Every trial failed; `first` says how the first one did.
  case allFailed(folder: String, trials: Int, first: String)

  /// What the failure means for the program that asked.
  public var kind: FailureKind {
    switch self {
    case .badSpace, .searchExists, .runExists, .badRungs: .usage
    case .noSearch: .missingInput
    case .cannotResume, .allFailed: .badData
    }
  }

  /// One line for a person.
  public var description: String {
    switch self {
    case .badSpace(let file, let key, let problem, let remedy):
      "\(file): \(key.map { "\($0): " } ?? "")\(problem); \(remedy)"
    case .searchExists(let folder):
      "\(folder): already holds a search; add --resume to go on with it, or choose another --out"
    case .runExists(let folder):
      "\(folder): holds a run, among whose files a search would be hard to find; choose another --out"
    case .noSearch(let folder):
      "\(folder): holds no search (no search.json); start one with mien tune --space F --data DIR "
        + "--out DIR"
    case .cannotResume(let file, let problem, let remedy): "\(file): \(problem); \(remedy)"
    case .badRungs(let problem, let remedy): "\(problem); \(remedy)"
    case .allFailed(let folder, let trials, let first):
      "\(folder): all \(trials) trials failed, the first because \(first)"
    }
  }
}
