import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Datasets

@Suite("Parts") struct PartTests {
  static func makeParts(
    _ source: URL, _ numbers: [Int], of count: Int, in folder: URL,
    _ options: PreparationOptions = Fixtures.options()
  ) throws {
    for part in numbers {
      _ = try Preparation.preparePart(source, part: part, of: count, to: folder, options)
    }
  }

  @Test("joined are the same bytes as in one go", arguments: [1, 3, 8, 70])
  func same(_ count: Int) throws {
    try withTemporaryFolder { folder in
      var rows = Fixtures.rows(23)
      rows.insert("bad", at: 11)
      let source = try Fixtures.write(Fixtures.csv(rows), in: folder)
      let options = Fixtures.options(skipsBadRows: true)
      let (whole, joined) = (
        folder.appendingPathComponent("whole"), folder.appendingPathComponent("joined")
      )
      _ = try Preparation.prepare(source, to: whole, options)
      try Self.makeParts(source, (1...count).reversed(), of: count, in: joined, options)
      _ = try Preparation.join(joined, seed: 1)
      let expected = try Fixtures.contents(of: whole)
      #expect(expected["rejected.csv"] != nil)
      #expect(try Fixtures.contents(of: joined) == expected)
    }
  }

  @Test("without Usage, too") func drawnSplits() throws {
    try withTemporaryFolder { folder in
      let rows = (0..<30).map { "\($0 % 7),\(Fixtures.text(Fixtures.levels($0)))" }
      let source = try Fixtures.write(
        Fixtures.csv(rows, header: "emotion,pixels"), in: folder)
      let (whole, joined) = (
        folder.appendingPathComponent("whole"), folder.appendingPathComponent("joined")
      )
      _ = try Preparation.prepare(source, to: whole, Fixtures.options())
      try Self.makeParts(source, [1, 2, 3], of: 3, in: joined)
      _ = try Preparation.join(joined, seed: 1)
      #expect(try Fixtures.contents(of: joined) == Fixtures.contents(of: whole))
    }
  }

  @Test("missing, foreign, of another size, cut or damaged are refused") func refused() throws {
    try withTemporaryFolder { folder in
      let source = try Fixtures.write(Fixtures.csv(Fixtures.rows(12)), in: folder)
      let parts = folder.appendingPathComponent("parts")
      func problem() -> String {
        do {
          _ = try Preparation.join(parts, seed: 1)
          return "none"
        } catch { return "\(error)" }
      }
      try createFolder(parts)
      #expect(problem().contains("expected part files"))
      try Self.makeParts(source, [1, 3], of: 3, in: parts)
      #expect(problem().contains("of 3 parts 2 is missing"), "\(problem())")

      let other = try Fixtures.write(Fixtures.csv(Fixtures.rows(13)), "other.csv", in: folder)
      try Self.makeParts(other, [2], of: 3, in: parts)
      #expect(problem().contains("it is of another source (other.csv)"), "\(problem())")
      try Self.makeParts(source, [2], of: 3, in: parts, Fixtures.options(size: 24))
      #expect(problem().contains("made with other options"), "\(problem())")
      try Self.makeParts(source, [2], of: 3, in: parts)
      #expect(problem() == "none")

      let file = parts.appendingPathComponent(PartFile.name(2, of: 3))
      let good = try Data(contentsOf: file)
      for cut in [0, 7, 16, good.count / 2, good.count - 1] {
        try good.prefix(cut).write(to: file)
        #expect(problem().contains("make this part again"), "\(cut): \(problem())")
      }
      var flipped = good
      flipped[100] ^= 1
      try flipped.write(to: file)
      #expect(problem().contains("SHA-256"), "\(problem())")
      var huge = good
      huge.replaceSubrange(
        good.count - 16..<good.count - 8, with: [UInt8](repeating: 0xFF, count: 8))
      try huge.write(to: file)
      #expect(problem().contains("a description of 18446744073709551615 bytes"), "\(problem())")
    }
  }

  @Test("a bad row is reported with its line in the whole file") func badRow() throws {
    try withTemporaryFolder { folder in
      var rows = Fixtures.rows(30)
      rows[25] = "7,1 2 3,Training"
      let source = try Fixtures.write(Fixtures.csv(rows), in: folder)
      let error = try #require(throws: DatasetError.self) {
        try Self.makeParts(source, [3], of: 3, in: folder.appendingPathComponent("parts"))
      }
      #expect(error.description.contains("line 27:"), "\(error)")
    }
  }
}
