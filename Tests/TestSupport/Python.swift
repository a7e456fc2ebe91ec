import Foundation

/// The Python of `make python`, for tests that ask other tools about what Mien writes. They are
/// skipped where it is missing: `@Test(.enabled(if: Python.has("sklearn")))`.
public enum Python {
  /// Where packages are installed.
  public enum Environment: String, Sendable {
    /// By `make python`, which `make test` does first.
    case tests = ".venv"
    /// By `make bench-peers`: PyTorch, which is too large for tests that run everywhere.
    case peers = ".venv-bench"

    fileprivate var interpreter: URL {
      Project.root.appendingPathComponent("\(rawValue)/bin/python")
    }
  }

  /// True where these modules are installed.
  public static func has(_ modules: String..., in environment: Environment = .tests) -> Bool {
    FileManager.default.isExecutableFile(atPath: environment.interpreter.path)
      && modules.allSatisfy { module in
        let script = "import importlib.util as u, sys; sys.exit(u.find_spec('\(module)') is None)"
        return (try? run(script, in: environment))?.code == 0
      }
  }

  /// Runs a script given as text.
  public static func run(
    _ script: String, _ arguments: String..., in environment: Environment = .tests
  ) throws -> ChildProcess.Outcome {
    try ChildProcess(environment.interpreter, ["-c", script] + arguments).finish()
  }

  /// Runs a script of the project: `docs/load_in_pytorch.py`.
  public static func run(
    file: String, _ arguments: String..., in environment: Environment = .tests
  ) throws -> ChildProcess.Outcome {
    let script = Project.root.appendingPathComponent(file).path
    return try ChildProcess(environment.interpreter, [script] + arguments).finish()
  }
}
