import Foundation
import Kernels
import Synchronization
import TensorCore
import TestSupport
import Testing

@testable import Datasets

/// Shards that are written as the rows come, beside those that are made when all rows are there,
/// which is how it goes where a number of partitions is named.
@Suite("Shard stream", .serialized) struct ShardStreamTests {
  /// `count` rows of 8x8 pixels; row `i` belongs to split `split(i)`.
  private static func rows(_ count: Int, split: (Int) -> String) -> [String] {
    var random = RandomStream(seed: 5)
    return (0..<count).map { index in
      // Every hundredth is of one level.
      let levels = (0..<64).map { _ in index % 100 == 0 ? 9 : random.integer(below: 256) }
      return "\(index % 7),\(levels.map(String.init).joined(separator: " ")),\(split(index))"
    }
  }

  private static func expectSame(
    _ rows: [String], in folder: URL, _ comment: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = Workers.count
    defer { Workers.count = before }
    let text = Fixtures.csv(rows)
    let expected = try PreparationTests.prepare(
      text, Fixtures.options(size: 8, partitions: 3, skipsBadRows: true), in: folder,
      out: "expected")
    try expected.data.verify()
    for workers in [1, 2, 3, 8] {
      Workers.count = workers
      let files = try PreparationTests.prepare(
        text, Fixtures.options(size: 8, skipsBadRows: true), in: folder, out: "streamed"
      ).files
      #expect(files.keys.sorted() == expected.files.keys.sorted(), sourceLocation: sourceLocation)
      #expect(
        files == expected.files, "\(comment), \(workers) workers", sourceLocation: sourceLocation)
    }
  }

  @Test("gives the same bytes: full shards, a rest, splits in turn and one behind the other")
  func sameBytes() throws {
    try withTemporaryFolder { folder in
      // Three megabytes: several pieces. The second split fills its shard exactly.
      var rows = Self.rows(13_000) {
        $0 < 8192 ? ($0 % 2 == 0 ? "Training" : "PublicTest") : "Training"
      }
      try Self.expectSame(rows, in: folder, "two splits")
      for index in [3, 4095, 7000, 12_999] { rows[index] = "8,1 2 3,Training" }
      rows[12_000] = rows[11_999]
      rows[12_001] = rows[100]
      try Self.expectSame(rows, in: folder, "with bad rows and equal images")
    }
  }

  @Test("of one row, and of more splits than it takes") func extremes() throws {
    try withTemporaryFolder { folder in
      try Self.expectSame(Self.rows(1) { _ in "train" }, in: folder, "one row")
      for splits in [ShardStream.mostSplits, ShardStream.mostSplits + 1] {
        let rows = Self.rows(9_000) { $0 % splits == 0 ? "Training" : "part\($0 % splits)" }
        try Self.expectSame(rows, in: folder, "\(splits) splits")
      }
    }
  }

  @Test("the first bad row is the first in the file, and nothing is left of the shards")
  func badRow() throws {
    try withTemporaryFolder { folder in
      var rows = Self.rows(13_000) { _ in "Training" }
      for index in stride(from: 6_001, to: 13_000, by: 500) { rows[index] = "bad \(index)" }
      let source = try Fixtures.write(Fixtures.csv(rows), in: folder)
      let out = folder.appendingPathComponent("out")
      let error = try #require(throws: DatasetError.self) {
        _ = try Preparation.prepare(source, to: out, Fixtures.options(size: 8))
      }
      #expect(error.description.contains("line 6003:"), "\(error)")
      #expect(!FileManager.default.fileExists(atPath: out.path))
    }
  }

  @Test("pieces go through in order, and few wait") func order() throws {
    let before = Workers.count
    defer { Workers.count = before }
    for workers in [1, 2, 3, 8] {
      Workers.count = workers
      let taken = Mutex<[Int]>([])
      let order = RowOrder<Int> { piece in taken.withLock { $0.append(piece) } }
      parallelFor(300) { index in
        if index % 7 == 3 { usleep(300) }
        #expect(throws: Never.self) { try order.put(index, index) }
      }
      #expect(taken.withLock { $0 } == Array(0..<300))
    }
  }

  @Test("a piece that cannot be taken ends the work of all") func failingOrder() {
    struct Full: Error {}
    let before = Workers.count
    defer { Workers.count = before }
    for workers in [1, 2, 8] {
      Workers.count = workers
      let order = RowOrder<Int> { if $0 == 20 { throw Full() } }
      let (results, failure) = parallelMap(300) { index -> Int in
        try order.put(index, index)
        return index
      }
      #expect(failure is Full)
      #expect(results.count < 300)
    }
  }
}
