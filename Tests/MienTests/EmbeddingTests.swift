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
      let compilation = try ChildProcess(
        swiftc,
        ["-swift-version", "6", source.path, "-o", program.path] + Self.modules() + Self.objects()
      ).finish()
      try #require(compilation.code == 0, "\(compilation.errors)")
      let outcome = try ChildProcess(program, [], in: folder).finish()
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.output == "4 faces, 7 probabilities each\n")
    }
  }

  private static let swiftc = ChildProcess.find("swiftc")

  /// Where the compiler finds Mien's modules, and those of C that they were built on.
  private static func modules() throws -> [String] {
    let pkgConfig = try #require(ChildProcess.find("pkg-config"))
    func flags(_ kind: String, _ libraries: String...) throws -> [String] {
      try ChildProcess(pkgConfig, [kind] + libraries).finish().output
        .split(whereSeparator: \.isWhitespace).map(String.init)
    }
    let libraries = Project.root.appendingPathComponent("Sources/CLibraries")
    let maps = try FileManager.default.contentsOfDirectory(atPath: libraries.path).map {
      libraries.appendingPathComponent("\($0)/module.modulemap").path
    }.filter { FileManager.default.fileExists(atPath: $0) }
    let shims = ["CImageCodecs", "CIntrinsics", "CVision"].map {
      Project.products.appendingPathComponent("\($0).build/module.modulemap").path
    }
    let headers = try flags("--cflags", "openblas", "cairo")
    let links = try flags(
      "--libs", "openblas", "cairo", "libpng", "libjpeg", "zlib", "liblzma", "libcrypto")
    return ["-I", Project.products.appendingPathComponent("Modules").path]
      + (maps + shims).flatMap { ["-Xcc", "-fmodule-map-file=\($0)"] }
      + headers.flatMap { ["-Xcc", $0] } + links
      + ["core", "imgproc", "objdetect"].map { "-lopencv_\($0)" } + ["-lstdc++"]
  }

  /// What the program `mien` was linked from, without its own module: the library and all below it.
  private static func objects() throws -> [String] {
    let list = Project.products.appendingPathComponent("mien.product/Objects.LinkFileList")
    return try String(contentsOf: list, encoding: .utf8).split(separator: "\n")
      .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "\"'")) }
      .filter { !$0.contains("/MienCommand.build/") }
  }
}
