import Foundation
import TestSupport
import Testing

/// Blocks of the README that open with ```` ```sh run ```` are promises: they are run here, in
/// order, in one empty folder.
@Suite("README")
struct ReadmeTests {
  @Test("every command that it shows to be run works")
  func commandsWork() throws {
    let text = try String(
      contentsOf: Project.root.appendingPathComponent("README.md"), encoding: .utf8)
    let blocks = runnableBlocks(of: text)
    #expect(!blocks.isEmpty)
    try withTemporaryFolder { folder in
      for block in blocks {
        let outcome = try MienProcess.shell(block, in: folder)
        #expect(outcome.code == 0, "\(block)\n\(outcome.errors)")
      }
    }
  }

  @Test("a block is found by its mark, and other blocks are not")
  func finding() {
    let text = """
      Text.
      ```sh run
      mien --version
      # a remark
      ```
      ```sh
      rm -r anything
      ```
        ```sh run
        mien help
        ```
      ```sh run
      unclosed
      """
    #expect(runnableBlocks(of: text) == ["mien --version\n# a remark", "  mien help", "unclosed"])
  }

  @Test("a command that fails is seen, also in the middle of a block or of a pipe")
  func failing() throws {
    #expect(try MienProcess.shell("mien --version").code == 0)
    #expect(try MienProcess.shell("mien nonsense\nmien --version").code == 64)
    #expect(try MienProcess.shell("mien nonsense | cat").code == 64)
  }
}

/// The contents of the code blocks whose info string is `sh run`.
func runnableBlocks(of markdown: String) -> [String] {
  var blocks: [[String]] = []
  var isRunnable = false
  for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
    let fence = line.trimmingCharacters(in: .whitespaces)
    if fence.hasPrefix("```") {
      isRunnable = fence == "```sh run"
      if isRunnable { blocks.append([]) }
    } else if isRunnable {
      blocks[blocks.count - 1].append(String(line))
    }
  }
  return blocks.map { $0.joined(separator: "\n") }
}
