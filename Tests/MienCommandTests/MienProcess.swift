import Foundation
import TestSupport
import Testing

/// The built program `mien`, run as a process of its own: what a user's script sees.
enum MienProcess {
  /// The program, built together with these tests.
  static let executable = Project.products.appendingPathComponent("mien")

  /// Starts `mien`: for tests that send it a signal.
  static func start(
    _ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:]
  ) throws -> ChildProcess {
    try ChildProcess(executable, arguments, in: folder, environment: environment)
  }

  /// Runs `mien` to its end.
  @discardableResult
  static func run(
    _ arguments: String..., in folder: URL? = nil, environment: [String: String] = [:]
  ) throws -> ChildProcess.Outcome {
    try start(arguments, in: folder, environment: environment).finish()
  }

  /// Runs `mien` and expects it to fail with a code and one line that holds all the words.
  static func expectFailure(
    _ arguments: [String], in folder: URL, code: Int32, words: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try start(arguments, in: folder).finish()
    #expect(outcome.code == code, "\(outcome.errors)", sourceLocation: sourceLocation)
    #expect(
      outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)",
      sourceLocation: sourceLocation)
    for word in words {
      #expect(outcome.errors.contains(word), "\(outcome.errors)", sourceLocation: sourceLocation)
    }
  }

  /// Runs lines of `bash` to the first that fails; `mien` in them is the program under test.
  @discardableResult
  static func shell(
    _ script: String, in folder: URL? = nil, environment: [String: String] = [:]
  ) throws -> ChildProcess.Outcome {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let variables = ["PATH": "\(Project.products.path):\(path)"].merging(environment) { $1 }
    return try ChildProcess(
      URL(fileURLWithPath: "/bin/bash"), ["-euo", "pipefail", "-c", script], in: folder,
      environment: variables
    ).finish()
  }
}

/// One JSON object that `--json` wrote.
func object(_ json: String) throws -> [String: Any] {
  try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
}
