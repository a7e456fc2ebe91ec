import Foundation
import TestSupport
import Testing

/// docs/embedding.md is a promise from its first block to its last: every chapter is compiled as a
/// program from outside and run, and what it prints is what the page says.
@Suite("The guide to embedding")
struct EmbeddingGuideTests {
  @Test("every chapter compiles, runs and prints what it says", .enabled(if: hasCompiler))
  func chapters() throws {
    let chapters = try Self.chapters()
    #expect(chapters.count { $0.program != nil } >= 4)
    try withTemporaryFolder { folder in
      // Chapters in their order: one reads what another has left.
      for (index, chapter) in chapters.enumerated() {
        for block in chapter.blocks {
          switch block {
          case .shell(let commands):
            let outcome = try MienProcess.shell(commands, in: folder)
            #expect(outcome.code == 0, "\(commands)\n\(outcome.errors)")
          case .program(let text):
            let name = folder.appendingPathComponent("chapter-\(index)")
            let source = name.appendingPathComponent("main.swift")
            try FileManager.default.createDirectory(at: name, withIntermediateDirectories: true)
            try text.write(to: source, atomically: true, encoding: .utf8)
            let program = name.appendingPathComponent("program")
            let compilation = try ForeignProgram.compile(source, to: program)
            try #require(compilation.code == 0, "\(chapter.title)\n\(compilation.errors)")
            #expect(!compilation.errors.contains("warning:"), "\(compilation.errors)")
            let outcome = try ChildProcess(program, [], in: folder).finish()
            #expect(outcome.code == 0, "\(chapter.title)\n\(outcome.errors)")
            let expected = try #require(chapter.output, "\(chapter.title) says no output")
            #expect(
              outcome.output.isWritten(as: expected), "\(chapter.title)\n\(outcome.output)")
          }
        }
      }
    }
  }

  @Test("its manifest finds the product", .enabled(if: ChildProcess.find("swift") != nil))
  func manifest() throws {
    let swift = try #require(ChildProcess.find("swift"))
    let blocks = try Self.chapters().flatMap(\.manifests)
    #expect(blocks.count == 1)
    try withTemporaryFolder { folder in
      try FileManager.default.createSymbolicLink(
        at: folder.appendingPathComponent("mien"), withDestinationURL: Project.root)
      let package = folder.appendingPathComponent("app")
      let sources = package.appendingPathComponent("Sources/Moods")
      try FileManager.default.createDirectory(at: sources, withIntermediateDirectories: true)
      try Data("import Mien\n".utf8).write(to: sources.appendingPathComponent("main.swift"))
      try Data(blocks.joined().utf8).write(to: package.appendingPathComponent("Package.swift"))
      // Loads the whole graph of packages: a product that is not there is an error.
      let outcome = try ChildProcess(
        swift, ["package", "--package-path", package.path, "show-dependencies"]
      ).finish()
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("mien<"), "\(outcome.output)")
    }
  }

  @Test("output is compared but for what is left open")
  func comparison() {
    #expect("a 1.25 b\n".isWritten(as: "a … b"))
    #expect("a b c".isWritten(as: "a b c"))
    #expect("a\nb\nc".isWritten(as: "a…c"))
    #expect(!"a 1.25 b".isWritten(as: "a … c"))
    #expect(!"xa b".isWritten(as: "a …"))
    #expect(!"a b x".isWritten(as: "a … b"))
    #expect(!"".isWritten(as: "a"))
  }

  private static let hasCompiler = ForeignProgram.swiftc != nil

  private static func chapters() throws -> [Chapter] {
    let page = Project.root.appendingPathComponent("docs/embedding.md")
    return Chapter.chapters(of: try String(contentsOf: page, encoding: .utf8))
  }
}

/// What is below one `##` of the page: shell commands, the program that all its Swift blocks are
/// together, and what that prints.
private struct Chapter {
  enum Block {
    case shell(String)
    case program(String)
  }

  let title: String
  private var before: [String] = []
  private var after: [String] = []
  private(set) var program: String?
  private(set) var output: String?
  /// Blocks that are a Package.swift.
  private(set) var manifests: [String] = []

  /// In the order in which they are to be run.
  var blocks: [Block] {
    before.map(Block.shell) + (program.map { [.program($0)] } ?? []) + after.map(Block.shell)
  }

  static func chapters(of page: String) -> [Chapter] {
    var chapters: [Chapter] = []
    var (mark, lines) = (String?.none, [String]())
    for line in page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if let open = mark {
        if line == "```" {
          if !chapters.isEmpty { chapters[chapters.count - 1].take(open, lines) }
          (mark, lines) = (nil, [])
        } else {
          lines.append(line)
        }
      } else if line.hasPrefix("```") {
        mark = String(line.dropFirst(3))
      } else if line.hasPrefix("## ") {
        chapters.append(Chapter(title: String(line.dropFirst(3))))
      }
    }
    return chapters
  }

  private init(title: String) { self.title = title }

  private mutating func take(_ mark: String, _ lines: [String]) {
    let text = lines.joined(separator: "\n") + "\n"
    switch mark {
    case "sh run":
      if program == nil { before.append(text) } else { after.append(text) }
    case "swift" where text.hasPrefix("// swift-tools-version"): manifests.append(text)
    case "swift": program = (program ?? "") + text
    case "text": output = (output ?? "") + text
    default: Issue.record("a block is marked \"\(mark)\", and nobody tests it")
    }
  }
}

extension String {
  /// Whether this is the pattern, in which `…` stands for anything; white space at the ends does not
  /// count.
  fileprivate func isWritten(as pattern: String) -> Bool {
    let parts = pattern.trimmingCharacters(in: .whitespacesAndNewlines)
      .components(separatedBy: "…")
    var rest = trimmingCharacters(in: .whitespacesAndNewlines)[...]
    guard rest.hasPrefix(parts[0]) else { return false }
    rest = rest.dropFirst(parts[0].count)
    if parts.count == 1 { return rest.isEmpty }
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let found = rest.range(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return rest.hasSuffix(parts[parts.count - 1])
  }
}
