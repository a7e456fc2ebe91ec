import Foundation
import TestSupport
import Testing

@testable import MienCommand

@Suite("The program mien, run as a process")
struct MienProgramTests {
  @Test("--version and --help answer on stdout")
  func versionAndHelp() throws {
    let version = try MienProcess.run("--version")
    #expect(version.code == 0 && version.output == "mien \(MienProgram.version)\n")
    let help = try MienProcess.run("--help")
    #expect(help.code == 0 && help.errors.isEmpty)
    for command in CommandRegistry.all {
      let name = command.declaration.name
      #expect(help.output.contains("\n  \(name) "))
      let page = try MienProcess.run("help", name)
      #expect(page.code == 0 && page.output.hasPrefix("Usage: mien \(name)"))
      #expect(try MienProcess.run(name, "--help").output == page.output)
    }
  }

  @Test(
    "a wrong command line ends with 64 and one line that helps",
    arguments: [
      (["hlep"], "mien: no command is named \"hlep\", did you mean help?; see mien --help\n"),
      (
        ["help", "--wrokers", "2"],
        "mien: help: unknown option --wrokers, did you mean --workers?; see mien help help\n"
      ),
    ])
  func usageErrors(arguments: [String], message: String) throws {
    let outcome = try MienProcess.start(arguments).finish()
    #expect(outcome.code == 64)
    #expect(outcome.errors == message)
    #expect(outcome.output.isEmpty)
  }

  @Test("without a command the list of commands goes to stderr")
  func nothing() throws {
    let outcome = try MienProcess.run()
    #expect(outcome.code == 64 && outcome.output.isEmpty)
    #expect(outcome.errors.contains("Commands:"))
  }

  @Test("a reader that leaves early is no error")
  func closedPipe() throws {
    // The reader is gone before the first byte is written.
    let outcome = try MienProcess.shell("{ sleep 0.2; mien --help; echo $? >&2; } | true")
    #expect(outcome.errors == "0\n")
  }

  @Test("a stdout that cannot be written is 73", .enabled(if: deviceIsFull))
  func fullDevice() throws {
    let outcome = try MienProcess.shell("mien --help > /dev/full")
    #expect(outcome.code == 73)
    #expect(outcome.errors.hasPrefix("mien: standard output"))
  }

  private static let deviceIsFull = FileManager.default.fileExists(atPath: "/dev/full")
}
