import Foundation
import TestSupport
import Testing

/// Tests/Embedding is a package of its own that imports Mien. Building it anew takes minutes, so
/// its program is compiled here against the modules and objects of the build under test;
/// `make check` builds the package itself.
@Suite("Embedding")
struct EmbeddingTests {
  @Test("a program of ten lines imports Mien and runs", .enabled(if: ForeignProgram.swiftc != nil))
  func tenLines() throws {
    let source = Project.root.appendingPathComponent("Tests/Embedding/Sources/Embedding/main.swift")
    let lines = try String(contentsOf: source, encoding: .utf8).split(separator: "\n")
    #expect(lines.count <= 10)
    try withTemporaryFolder { folder in
      let program = folder.appendingPathComponent("embedding")
      let compilation = try ForeignProgram.compile(source, to: program)
      try #require(compilation.code == 0, "\(compilation.errors)")
      let outcome = try ChildProcess(program, [], in: folder).finish()
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.output == "4 faces, 7 probabilities each\n")
    }
  }
}
