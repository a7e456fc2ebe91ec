import Foundation

/// The Python of `make python`, for tests that ask other tools about what Mien writes. They are
/// skipped where it is missing: `@Test(.enabled(if: Python.has("sklearn")))`.
public enum Python {
  private static let interpreter = Project.root.appendingPathComponent(".venv/bin/python")

  /// True where these modules are installed.
  public static func has(_ modules: String...) -> Bool {
    FileManager.default.isExecutableFile(atPath: interpreter.path)
      && modules.allSatisfy { module in
        let script = "import importlib.util as u, sys; sys.exit(u.find_spec('\(module)') is None)"
        return (try? run(script))?.code == 0
      }
  }

  /// Runs a script given as text.
  public static func run(_ script: String, _ arguments: String...) throws -> ChildProcess.Outcome {
    try ChildProcess(interpreter, ["-c", script] + arguments).finish()
  }
}
