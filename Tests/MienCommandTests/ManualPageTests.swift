import Foundation
import TensorCore
import TestSupport
import Testing

@testable import MienCommand

@Suite("The manual page") struct ManualPageTests {
  private static let groff = ChildProcess.find("groff")
  private static let mandoc = ChildProcess.find("mandoc")

  private func withPage<R>(_ body: (URL) throws -> R) throws -> R {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("mien.1")
      try Data(try MienProcess.run("man").output.utf8).write(to: file)
      return try body(file)
    }
  }

  @Test("its source is ASCII, and has every command, argument and exit code") func whole() throws {
    let page = try MienProcess.run("man").output
    #expect(page.utf8.allSatisfy { $0 < 128 })
    #expect(page.hasPrefix(".TH MIEN 1 \(MienProgram.date) \"mien \(MienProgram.version)\""))
    for command in CommandRegistry.declarations {
      // Hyphens of what is typed are ASCII's, not typography's.
      let commandName = command.name.replacingOccurrences(of: "-", with: "\\-")
      #expect(page.contains(".SS \"mien \(commandName)"))
      for synopsis in command.arguments.map(\.synopsis) {
        let name = synopsis.name.split(separator: "-", omittingEmptySubsequences: false)
          .joined(separator: "\\-")
        #expect(page.contains("\"\(name)\""), "\(command.name) \(synopsis.name)")
      }
    }
    for kind in FailureKind.allCases { #expect(page.contains("\n.B \(kind.rawValue)\n")) }
  }

  @Test("groff reads it without a warning", .enabled(if: groff != nil)) func byGroff() throws {
    try withPage { file in
      let outcome = try ChildProcess(
        try #require(Self.groff), ["-man", "-ww", "-Tutf8", "-P-cbou", file.path]
      ).finish()
      #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      // As it is read: every option by its name, and examples as they are typed.
      let text = outcome.output
      for command in CommandRegistry.declarations {
        for synopsis in command.arguments.map(\.synopsis) where synopsis.role != .positional {
          #expect(text.contains(synopsis.name), "\(command.name) \(synopsis.name)")
        }
        for example in command.examples { #expect(text.contains(example.line), "\(example.line)") }
      }
    }
  }

  @Test("mandoc finds nothing to complain about", .enabled(if: mandoc != nil))
  func byMandoc() throws {
    try withPage { file in
      let outcome = try ChildProcess(
        try #require(Self.mandoc), ["-T", "lint", "-W", "warning", file.path]
      ).finish()
      #expect(outcome.code == 0, "\(outcome.output)")
    }
  }

  @Test("what roff would read as a request or an escape is text", .enabled(if: groff != nil))
  func escapes() throws {
    let sample = CommandDeclaration(
      name: "sample", summary: ".a line 'so' begun",
      discussion: "'tis a back\\slash, a \"quote\", x^2 ~ `b` and R² … .end", arguments: [],
      examples: [Example("all", "mien sample .'\\n-- \"x\"")])
    let page = ManualPage.page([sample], program: [], version: "0", date: "2026-01-01")
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a.1")
      try Data(page.utf8).write(to: file)
      let outcome = try ChildProcess(
        try #require(Self.groff), ["-man", "-ww", "-Tutf8", "-P-cbou", "-rLL=120n", file.path]
      ).finish()
      #expect(outcome.errors.isEmpty, "\(outcome.errors)")
      let words = outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(words.contains(".a line 'so' begun"), "\(words)")
      #expect(
        words.contains("'tis a back\\slash, a \"quote\", x^2 ~ `b` and R² … .end"), "\(words)")
      #expect(words.contains("mien sample .'\\n-- \"x\""), "\(words)")
    }
  }
}
