import Foundation
import Kernels
import TensorCore

/// The program `mien`.
@main
enum MienProgram {
  /// The one place that knows the version.
  static let version = "0.1.0"
  /// The day of that version, for the manual page.
  static let date = "2026-11-21"

  static func main() {
    Interruption.install()
    dismissOpenBLASThreads()
    exit(run(Array(CommandLine.arguments.dropFirst())))
  }

  /// Runs one command line and gives the exit code: every failure becomes one line on stderr.
  static func run(_ words: [String]) -> Int32 {
    let console = Console(
      isJSON: words.prefix { $0 != "--" }.contains(SharedOptions.json.synopsis.name))
    do {
      try dispatch(words, console)
      return 0
    } catch is ClosedOutput {
      // Whoever read our output has seen enough.
      return 0
    } catch let error as any MienError {
      console.complain(error.description)
      return error.kind.rawValue
    } catch {
      console.complain("unexpected fault: \(error)")
      return FailureKind.internalFault.rawValue
    }
  }

  private static func dispatch(_ words: [String], _ console: Console) throws {
    switch words.first {
    case nil:
      console.note(HelpCommand.overview)
      throw UsageError(nil, .missing(name: "COMMAND", expected: "one of those listed above"))
    case "--help", "-h": try console.print(HelpCommand.overview)
    case "--version": try console.print("mien \(version)")
    case let name?:
      let command = try CommandRegistry.command(named: name)
      let rest = Array(words.dropFirst())
      if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
        return try console.print(HelpText.page(for: command.declaration))
      }
      let arguments = try ParsedArguments(rest, for: command.declaration)
      if let workers = arguments[SharedOptions.workers] { Workers.count = workers }
      try command.init(arguments: arguments).run(console)
    }
  }
}
