import Foundation
import TestSupport
import Testing

/// Tests/Embedding is a package of its own that imports Mien. Building it anew takes minutes, so
/// its program is compiled here against the modules and objects of the build under test;
/// `make check` builds the package itself.
@Suite("Embedding")
struct EmbeddingTests {
  @Test("a program of ten lines imports Mien and runs", .enabled(if: swiftc != nil))
  func tenLines() throws {
    let swiftc = try #require(Self.swiftc)
    let source = Project.root.appendingPathComponent("Tests/Embedding/Sources/Embedding/main.swift")
    let lines = try String(contentsOf: source, encoding: .utf8).split(separator: "\n")
    #expect(lines.count <= 10)
    try withTemporaryFolder { folder in
      let program = folder.appendingPathComponent("embedding")
      let modules = Project.products.appendingPathComponent("Modules").path
      let compilation = try ChildProcess(
        swiftc,
        ["-swift-version", "6", "-I", modules, source.path, "-o", program.path] + Self.objects()
      ).finish()
      try #require(compilation.code == 0, "\(compilation.errors)")
      let outcome = try ChildProcess(program, [], in: folder).finish()
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.output == "a batch of shape 2x48x48x1\n")
    }
  }

  private static let swiftc = ChildProcess.find("swiftc")

  /// What the program `mien` was linked from, without its own module: the library and all below it.
  private static func objects() throws -> [String] {
    let list = Project.products.appendingPathComponent("mien.product/Objects.LinkFileList")
    return try String(contentsOf: list, encoding: .utf8).split(separator: "\n")
      .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "\"'")) }
      .filter { !$0.contains("/MienCommand.build/") }
  }
}
