import Foundation
import Mien
import TestSupport
import Testing

@Suite struct PhotoFileTests {
  @Test("folders are searched by name and in order; what is named is taken as it is")
  func find() throws {
    try withTemporaryFolder { folder in
      for name in ["b/2.JPG", "b/1.png", "a/deep/x.webp", "notes.txt", ".hidden/y.png", "c.gif"] {
        let file = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data().write(to: file)
      }
      let all = try PhotoFile.find([folder])
      #expect(all.map(\.place) == ["a/deep/x.webp", "b/1.png", "b/2.JPG", "c.gif"])
      #expect(all.allSatisfy { FileManager.default.fileExists(atPath: $0.url.path) })
      let named = try PhotoFile.find([
        folder.appendingPathComponent("notes.txt"), folder.appendingPathComponent("gone.png"),
      ])
      #expect(named.map(\.place) == ["notes.txt", "gone.png"])
    }
  }
}
