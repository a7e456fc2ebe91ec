import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Datasets

@Suite("Compressed sources") struct CompressedSourceTests {
  /// Compresses with the program of that name, which is not the code under test.
  static func compress(_ file: URL, _ program: String) throws -> URL {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program, "-k", "-f", file.path]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return file.appendingPathExtension(program == "xz" ? "xz" : "gz")
  }

  @Test("give the shards of the plain file", arguments: ["gzip", "xz"])
  func same(_ program: String) throws {
    try withTemporaryFolder { folder in
      // 6 MB of text: several chunks, cut at line ends.
      let source = try Fixtures.write(Fixtures.csv(Fixtures.rows(900)), in: folder)
      let packed = try Self.compress(source, program)
      let (a, b) = (folder.appendingPathComponent("a"), folder.appendingPathComponent("b"))
      let plain = try Preparation.prepare(source, to: a, Fixtures.options())
      let unpacked = try Preparation.prepare(packed, to: b, Fixtures.options())
      #expect(plain.manifest.shards == unpacked.manifest.shards)
      #expect(plain.quality == unpacked.quality)
      let bytes = try Data(contentsOf: packed)
      #expect(unpacked.manifest.source.bytes == bytes.count)
      #expect(unpacked.manifest.source.sha256 == SHA256.hex(of: bytes))
    }
  }

  @Test("of several members are read to the end", arguments: ["gzip", "xz"])
  func concatenated(_ program: String) throws {
    try withTemporaryFolder { folder in
      let rows = Fixtures.rows(20)
      let first = try Self.compress(
        try Fixtures.write(Fixtures.csv(Array(rows[..<7])), "a.csv", in: folder), program)
      let second = try Self.compress(
        try Fixtures.write(rows[7...].joined(separator: "\n"), "b.csv", in: folder), program)
      let both = folder.appendingPathComponent("both")
      try (Data(contentsOf: first) + Data(contentsOf: second)).write(to: both)
      let result = try Preparation.prepare(
        both, to: folder.appendingPathComponent("out"), Fixtures.options())
      #expect(result.quality.rows == 20)
    }
  }

  @Test("that break off or are damaged are errors with the place", arguments: ["gzip", "xz"])
  func damaged(_ program: String) throws {
    try withTemporaryFolder { folder in
      let packed = try Self.compress(
        try Fixtures.write(Fixtures.csv(Fixtures.rows(40)), in: folder), program)
      let good = try Data(contentsOf: packed)
      func problem(_ data: Data) throws -> String {
        try data.write(to: packed)
        let error = try #require(throws: DatasetError.self) {
          _ = try Preparation.prepare(
            packed, to: folder.appendingPathComponent("out"), Fixtures.options(skipsBadRows: true))
        }
        return error.description
      }
      for cut in [8, good.count / 2, good.count - 3] {
        let found = try problem(good.prefix(cut))
        #expect(found.contains("breaks off at byte \(cut) of the compressed file"), "\(found)")
      }
      var flipped = good
      for place in good.count / 2..<good.count / 2 + 40 { flipped[place] = 0xA5 }
      let found = try problem(flipped)
      #expect(found.contains("damaged") && found.contains("of the compressed file"), "\(found)")
    }
  }

  @Test("a bad row in a later chunk has its line") func badRow() throws {
    try withTemporaryFolder { folder in
      var rows = Fixtures.rows(900)
      rows[777] = "9,1,Training"
      rows[850] = "9,1,Training"
      let packed = try Self.compress(try Fixtures.write(Fixtures.csv(rows), in: folder), "gzip")
      let error = try #require(throws: DatasetError.self) {
        _ = try Preparation.prepare(
          packed, to: folder.appendingPathComponent("out"), Fixtures.options())
      }
      #expect(error.description.contains("line 779: label \"9\""), "\(error)")
    }
  }

  @Test("a line longer than a chunk is one bad row") func longLine() throws {
    try withTemporaryFolder { folder in
      var rows = Fixtures.rows(20)
      rows.insert(String(repeating: "1 ", count: 4_000_000), at: 10)
      let source = try Fixtures.write(Fixtures.csv(rows), in: folder)
      let packed = try Self.compress(source, "gzip")
      let options = Fixtures.options(skipsBadRows: true)
      let plain = try Preparation.prepare(
        source, to: folder.appendingPathComponent("a"), options)
      let unpacked = try Preparation.prepare(
        packed, to: folder.appendingPathComponent("b"), options)
      #expect(unpacked.rejectedRows == 1)
      #expect(unpacked.quality.rows == 20)
      #expect(plain.manifest.shards == unpacked.manifest.shards)
    }
  }

  @Test("refuse to be prepared in parts") func noParts() throws {
    try withTemporaryFolder { folder in
      let packed = try Self.compress(
        try Fixtures.write(Fixtures.csv(Fixtures.rows(3)), in: folder), "xz")
      let error = try #require(throws: DatasetError.self) {
        _ = try Preparation.preparePart(packed, part: 1, of: 2, to: folder, Fixtures.options())
      }
      #expect(error.kind == .usage)
      #expect(error.description.contains("unpack it first"))
    }
  }
}
