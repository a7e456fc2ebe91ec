import TensorCore

/// What is wrong with a command line.
enum ArgumentProblem: Error, Equatable {
  case unknownCommand(name: String, nearest: String?)
  case unknownOption(name: String, nearest: String?)
  case missingValue(name: String, valueName: String)
  case unwantedValue(name: String, found: String)
  case missing(name: String, expected: String)
  case badValue(name: String, found: String, expected: String)
  case repeated(name: String)
  case unexpected(word: String)
  /// What only the command itself can know: options that exclude each other, for example.
  case conflict(String)
}

/// A command line that cannot be run: exit code 64.
struct UsageError: MienError, Equatable {
  /// The subcommand, nil where none was recognised.
  let command: String?
  let problem: ArgumentProblem

  init(_ command: String?, _ problem: ArgumentProblem) {
    self.command = command
    self.problem = problem
  }

  var kind: FailureKind { .usage }

  var description: String {
    let place = command.map { "\($0): " } ?? ""
    let help = command.map { "mien help \($0)" } ?? "mien --help"
    return "\(place)\(problem.description); see \(help)"
  }
}

extension ArgumentProblem: CustomStringConvertible {
  var description: String {
    switch self {
    case .unknownCommand(let name, let nearest):
      "no command is named \"\(name)\"" + suggestion(nearest)
    case .unknownOption(let name, let nearest):
      "unknown option \(name)" + suggestion(nearest)
    case .missingValue(let name, let valueName):
      "\(name) needs a value: \(name) \(valueName)"
    case .unwantedValue(let name, let found):
      "\(name) takes no value, found \"\(found)\""
    case .missing(let name, let expected):
      "\(name) is missing: \(expected)"
    case .badValue(let name, let found, let expected):
      "\(name): found \"\(found)\", expected \(expected)"
    case .repeated(let name):
      "\(name) is given more than once, expected one"
    case .unexpected(let word):
      "unexpected argument \"\(word)\""
    case .conflict(let text):
      text
    }
  }

  private func suggestion(_ nearest: String?) -> String {
    nearest.map { ", did you mean \($0)?" } ?? ""
  }
}
