import Foundation
import TensorCore
import TestSupport
import Testing

@Suite("AtomicFile") struct AtomicFileTests {
  func names(_ folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test("is not there before commit, and whole after it") func commit() throws {
    try withTemporaryFolder { folder in
      let destination = folder.appendingPathComponent("deep/er/file.bin")
      let file = try AtomicFile(destination)
      let block = [UInt8](repeating: 7, count: 100_000)
      try file.write(block)
      try file.write("text")
      try block.withUnsafeBytes { try file.write(raw: $0) }
      #expect(!FileManager.default.fileExists(atPath: destination.path))
      try file.commit()
      #expect(try Data(contentsOf: destination) == Data(block + Array("text".utf8) + block))
      #expect(try names(destination.deletingLastPathComponent()) == ["file.bin"])
    }
  }

  @Test("many are brought to the disk while others are written") func syncs() throws {
    try withTemporaryFolder { folder in
      let sync = FileSync()
      try sync.finish()  // nothing is nothing to wait for
      for index in 0..<40 {
        let file = try AtomicFile(folder.appendingPathComponent("\(index)"))
        try file.write("file 00")
        try Array("\(10 + index)".utf8).withUnsafeBytes { try file.overwrite(at: 5, $0) }
        try file.commit(syncedBy: sync)
        if index == 20 { try sync.finish() }
      }
      try sync.finish()
      #expect(try names(folder).count == 40)
      for index in 0..<40 {
        let text = try String(
          contentsOf: folder.appendingPathComponent("\(index)"), encoding: .utf8)
        #expect(text == "file \(10 + index)")
      }
    }
  }

  @Test("dropped without commit, it leaves what was there and nothing beside it") func dropped()
    throws
  {
    try withTemporaryFolder { folder in
      let destination = folder.appendingPathComponent("file")
      try writeAtomically("old".utf8, to: destination)
      do {
        let file = try AtomicFile(destination)
        try file.write([UInt8](repeating: 1, count: 200_000))
        #expect(try names(folder).count == 2)
      }
      #expect(try names(folder) == ["file"])
      #expect(try String(contentsOf: destination, encoding: .utf8) == "old")
    }
  }

  @Test("two writers of one name do not mix") func twoWriters() throws {
    try withTemporaryFolder { folder in
      let destination = folder.appendingPathComponent("file")
      let (first, second) = (try AtomicFile(destination), try AtomicFile(destination))
      try first.write("first")
      try second.write("second")
      try second.commit()
      try first.commit()
      #expect(try String(contentsOf: destination, encoding: .utf8) == "first")
      #expect(try names(folder) == ["file"])
    }
  }

  func expectCannotWrite(_ body: () throws -> Void) {
    #expect {
      try body()
    } throws: {
      guard case FileError.cannotWrite(_, let reason) = $0 else { return false }
      return !reason.isEmpty && ($0 as? FileError)?.kind == .cannotWrite
    }
  }

  @Test("says so where it cannot write, and leaves nothing") func unwritable() throws {
    expectCannotWrite { try writeAtomically("x".utf8, to: URL(fileURLWithPath: "/proc/none/file")) }
    try withTemporaryFolder { folder in
      let plain = folder.appendingPathComponent("plain")
      try writeAtomically("x".utf8, to: plain)
      expectCannotWrite {
        try writeAtomically("y".utf8, to: plain.appendingPathComponent("below"))
      }
      let occupied = folder.appendingPathComponent("occupied")
      try createFolder(occupied)
      expectCannotWrite { try writeAtomically("y".utf8, to: occupied) }
      #expect(try names(folder) == ["occupied", "plain"])
    }
  }

  @Test("what a killed process left is taken away, what a living one writes is not")
  func abandoned() throws {
    try withTemporaryFolder { folder in
      let living = try AtomicFile(folder.appendingPathComponent("a.txt"))
      try living.write("living")
      // No process has a number this high.
      let dead = folder.appendingPathComponent(".a.txt.99999999-1.tmp")
      let stranger = folder.appendingPathComponent(".notes.tmp")
      for file in [dead, stranger] { try Data("x".utf8).write(to: file) }
      AtomicFile.removeAbandoned(in: folder)
      #expect(!FileManager.default.fileExists(atPath: dead.path))
      #expect(FileManager.default.fileExists(atPath: stranger.path))
      try living.commit()
      #expect(
        try String(contentsOf: folder.appendingPathComponent("a.txt"), encoding: .utf8) == "living")
    }
  }

  @Test("what is no file is not replaced by one") func noFile() throws {
    try withTemporaryFolder { folder in
      let pipe = folder.appendingPathComponent("pipe")
      #expect(mkfifo(pipe.path, 0o600) == 0)
      for place in [pipe, folder] {
        #expect { try writeAtomically([1, 2], to: place) } throws: {
          "\($0)".contains("is no file")
        }
      }
      var status = stat()
      let isThere = stat(pipe.path, &status) == 0
      #expect(isThere && status.st_mode & S_IFMT == S_IFIFO)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(names == ["pipe"])
    }
  }
}
