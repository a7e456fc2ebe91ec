import Foundation
import TestSupport
import Testing

@testable import Mien

@Suite("The checkpoint that comes with Mien")
struct ReleasedCheckpointTests {
  @Test("it is found below the working folder, around the program, or installed beside it")
  func places() throws {
    try withTemporaryFolder { folder in
      func make(_ path: String) throws -> URL {
        let url = folder.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url
      }
      let (working, bin) = (try make("work"), try make("prefix/bin"))
      let program = bin.appendingPathComponent("mien")
      func find() throws -> String {
        try Checkpoint.releasedFolder(from: working, program: program).standardizedFileURL.path
      }
      #expect(throws: FileError.self) { try find() }
      let installed = try make("prefix/share/mien/\(Checkpoint.released)")
      #expect(try find() == installed.standardizedFileURL.path)
      let own = try make("work/\(Checkpoint.released)")
      #expect(try find() == own.standardizedFileURL.path)
      // A checkout, asked from elsewhere.
      let (build, checkout) = (
        try make("checkout/.build/x/release"), try make("checkout/\(Checkpoint.released)")
      )
      let found = try Checkpoint.releasedFolder(
        from: folder, program: build.appendingPathComponent("mien"))
      #expect(found.standardizedFileURL.path == checkout.standardizedFileURL.path)
    }
  }
}
