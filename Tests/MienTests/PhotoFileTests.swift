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
      let all = PhotoFile.find([folder])
      #expect(all.map(\.place) == ["a/deep/x.webp", "b/1.png", "b/2.JPG", "c.gif"])
      #expect(all.allSatisfy { FileManager.default.fileExists(atPath: $0.url.path) })
      let named = PhotoFile.find([
        folder.appendingPathComponent("notes.txt"), folder.appendingPathComponent("gone.png"),
      ])
      #expect(named.map(\.place) == ["notes.txt", "gone.png"])

      // A folder named like a picture is none, a link to a folder is entered where it is named and
      // not followed below, and links may lead in a circle or nowhere.
      let files = FileManager.default
      try files.createDirectory(
        at: folder.appendingPathComponent("d.png"), withIntermediateDirectories: true)
      try files.createSymbolicLink(
        at: folder.appendingPathComponent("a/loop"), withDestinationURL: folder)
      try files.createSymbolicLink(
        at: folder.appendingPathComponent("z.png"),
        withDestinationURL: folder.appendingPathComponent("nowhere"))
      let link = folder.appendingPathComponent("link")
      try files.createSymbolicLink(at: link, withDestinationURL: folder.appendingPathComponent("b"))
      #expect(PhotoFile.find([folder]).map(\.place) == all.map(\.place) + ["z.png"])
      #expect(PhotoFile.find([link]).map(\.place) == ["1.png", "2.JPG"])
    }
  }
}
