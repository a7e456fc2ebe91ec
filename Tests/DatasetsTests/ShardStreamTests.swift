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

  @Test("a source that becomes shorter while it is read is an error") func shrinking() throws {
    try withTemporaryFolder { folder in
      let url = try Fixtures.write(Fixtures.csv(Self.rows(100) { _ in "Training" }), in: folder)
      let source = try CSVSource(RandomAccessFile(url, expected: "a CSV"))
      let kept = source.range.upperBound - 10
      try #require(truncate(url.path, off_t(kept)) == 0)
      let error = try #require(throws: FileError.self) {
        _ = try PieceText(source.file, source.range, origin: source.range.lowerBound)
      }
      #expect(error.description.contains("\(kept) bytes"), "\(error)")
    }
  }

  @Test("a piece in memory has the lines that the file has, wherever it is cut") func heldLines()
    throws
  {
    try withTemporaryFolder { folder in
      // Lines of many lengths, one longer than what is read beyond a piece; no end of line at the end.
      let lengths = [5, 0, 1, 30_000, 2, 0, 0, 14_000, 70, 9]
      let text = lengths.map { String(repeating: "x", count: $0) }.joined(separator: "\n")
      let url = folder.appendingPathComponent("lines.txt")
      try Data(text.utf8).write(to: url)
      let file = try RandomAccessFile(url, expected: "lines")
      for cut in Array(stride(from: 0, through: text.utf8.count, by: 997)) + Array(0...12) {
        var found: [[Int]] = []
        for range in [0..<cut, cut..<text.utf8.count] {
          let piece = try PieceText(file, range, origin: 0)
          try LineReader.forEachLine(of: file, in: range, origin: 0, held: piece.held) {
            found.append([$0.offset, $0.bytes.count, $0.isTerminated ? 1 : 0])
          }
        }
        var expected: [[Int]] = []
        try LineReader.forEachLine(of: file, in: 0..<text.utf8.count, origin: 0) {
          expected.append([$0.offset, $0.bytes.count, $0.isTerminated ? 1 : 0])
        }
        #expect(found == expected, "cut at \(cut)")
        #expect(expected.map { $0[1] } == lengths)
      }
    }
  }
}

@Suite("Line of pieces", .serialized) struct PieceLineTests {
  private struct Full: Error {}
  private typealias Line = PieceLine<Int, Int>

  private static func withWorkers(_ body: (Int) throws -> Void) rethrows {
    let before = Workers.count
    defer { Workers.count = before }
    for workers in [1, 2, 3, 8] {
      Workers.count = workers
      try body(workers)
    }
  }

  @Test("sums and takes in order, one at a time, and few pieces are held") func order() {
    Self.withWorkers { workers in
      let summed = Mutex<[Int]>([])
      let taken = Mutex<[Int]>([])
      let held = Mutex((now: 0, most: 0))
      let failure = Line.run(
        300,
        .init(
          read: { index in
            held.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            if index % 7 == 3 { usleep(300) }
            return index
          },
          sum: { index in
            if index % 5 == 1 { usleep(200) }
            summed.withLock { $0.append(index) }
          },
          parse: { index, text in
            #expect(index == text)
            return 2 * text
          },
          take: { rows in
            if rows % 11 == 2 { usleep(200) }
            held.withLock { $0.now -= 1 }
            taken.withLock { $0.append(rows) }
          }))
      #expect(failure == nil)
      #expect(summed.withLock { $0 } == Array(0..<300))
      #expect(taken.withLock { $0 } == (0..<300).map { 2 * $0 })
      #expect(held.withLock { $0.most } <= 3 * workers + 3, "\(workers) workers")
    }
  }

  @Test("of several failures the first piece's is told, and all before it are parsed")
  func failures() {
    Self.withWorkers { workers in
      for step in ["read", "sum", "parse", "take"] {
        let parsed = Mutex<Set<Int>>([])
        func pass(_ index: Int, _ name: String) throws {
          // Later ones fail sooner.
          if name == step, index >= 20 {
            if index == 20 { usleep(2000) }
            throw Full()
          }
        }
        let failure = Line.run(
          300,
          .init(
            read: {
              try pass($0, "read"); return $0
            }, sum: { try pass($0, "sum") },
            parse: { index, text in
              try pass(index, "parse")
              parsed.withLock { _ = $0.insert(index) }
              return text
            },
            take: { try pass($0, "take") }))
        #expect(failure?.index == 20, "\(step), \(workers) workers")
        #expect(failure?.error is Full)
        #expect(parsed.withLock { $0 }.isSuperset(of: 0..<20), "\(step), \(workers) workers")
        #expect(parsed.withLock { $0.count } < 60)
      }
    }
  }

  @Test("of one piece, and of none") func few() {
    Self.withWorkers { _ in
      for count in [0, 1] {
        let taken = Mutex(0)
        let failure = Line.run(
          count,
          .init(
            read: { $0 }, sum: { _ in }, parse: { $1 }, take: { _ in taken.withLock { $0 += 1 } }))
        #expect(failure == nil)
        #expect(taken.withLock { $0 } == count)
      }
    }
  }
}
