import Foundation
import TestSupport

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
