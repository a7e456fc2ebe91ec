import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Datasets

@Suite("Bad rows") struct BadRowTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let row: String
    let problem: String
    var testDescription: String { name }
  }

  static let image = Fixtures.text(Fixtures.levels(1))
  static let cases = [
    Case(
      name: "wrong pixel count", row: "3,\(image.dropLast(4)),Training",
      problem: "pixels, expected 2304 (48x48)"),
    Case(name: "too small a square", row: "3,1 2 3 4,Training", problem: "4 pixels, expected"),
    Case(
      name: "letters", row: "3,12 ab 3,Training", problem: "pixel 2 is \"ab\", expected 0 to 255"),
    Case(name: "letters after digits", row: "3,12 3x 3,Training", problem: "pixel 2 is \"3x\""),
    Case(name: "256", row: "3,1 2 256,Training", problem: "pixel 3 is \"256\""),
    Case(
      name: "a number beyond 64 bits", row: "3,18446744073709551617 2,Training",
      problem: "pixel 1 is \"18446744073709551617\""),
    Case(name: "negative", row: "3,-3 2,Training", problem: "pixel 1 is \"-3\""),
    Case(name: "empty row", row: "", problem: "empty row"),
    Case(name: "blanks", row: "  \r", problem: "empty row"),
    Case(name: "label 7", row: "7,\(image),Training", problem: "label \"7\", expected 0 to 6"),
    Case(name: "label 03", row: "03,\(image),Training", problem: "label \"03\""),
    Case(name: "missing label", row: ",\(image),Training", problem: "no label"),
    Case(name: "missing field", row: "3,\(image)", problem: "2 fields, expected 3"),
    Case(name: "empty usage", row: "3,\(image),", problem: "no Usage"),
    Case(name: "no pixels", row: "3,,Training", problem: "0 pixels"),
    Case(name: "binary junk", row: "\u{1}\u{2}\u{7F}\u{0}", problem: "1 fields, expected 3"),
    Case(
      name: "a line without end", row: "3,\(String(repeating: "1 ", count: 700_000)),Training",
      problem: "longer than 1048576 bytes"),
  ]

  @Test("stop it, with file, line and what was found", arguments: cases)
  func stops(_ bad: Case) throws {
    try withTemporaryFolder { folder in
      var rows = Fixtures.rows(12)
      rows.insert(bad.row, at: 5)
      let source = try Fixtures.write(Fixtures.csv(rows), in: folder)
      let out = folder.appendingPathComponent("out")
      let error = try #require(throws: DatasetError.self) {
        _ = try Preparation.prepare(source, to: out, Fixtures.options(partitions: 3))
      }
      #expect(error.kind == .badData)
      #expect(error.description.contains("faces.csv: line 7: "), "\(error)")
      #expect(error.description.contains(bad.problem), "\(error)")
      #expect(error.description.contains("--skip-bad-rows"))
      // Not even the folder that was made for it.
      #expect(!FileManager.default.fileExists(atPath: out.path))
    }
  }

  @Test("are left out and listed, for any number of partitions", arguments: [1, 4, 17])
  func skips(_ partitions: Int) throws {
    try withTemporaryFolder { folder in
      var rows = Fixtures.rows(20)
      for (place, bad) in Self.cases.enumerated() { rows.insert(bad.row, at: place * 2) }
      let source = try Fixtures.write(Fixtures.csv(rows), in: folder)
      let out = folder.appendingPathComponent("out")
      let result = try Preparation.prepare(
        source, to: out, Fixtures.options(partitions: partitions, skipsBadRows: true))
      #expect(result.rejectedRows == Self.cases.count)
      #expect(result.quality.rejectedRows == Self.cases.count)
      let list = try String(
        contentsOf: out.appendingPathComponent("rejected.csv"), encoding: .utf8)
      let lines = list.split(separator: "\n")
      try #require(lines.count == Self.cases.count + 1)
      #expect(lines[0] == "line,reason,excerpt")
      for (place, bad) in Self.cases.enumerated() {
        #expect(lines[place + 1].hasPrefix("\(place * 2 + 2),"), "\(lines[place + 1])")
        let unquoted = lines[place + 1].replacingOccurrences(of: "\"\"", with: "\"")
        #expect(unquoted.contains(bad.problem), "\(unquoted)")
      }
      // What is left is exactly the good rows, with their own labels, pixels and row numbers.
      let data = try PreparedDataset(at: out)
      #expect(data.count == 20)
      for row in 0..<data.count {
        let sourceRow = data.sourceRow(row)
        let good = rows[0..<sourceRow].count { line in !Self.cases.contains { $0.row == line } }
        #expect(Array(data.pixels(of: row)) == Fixtures.levels(good))
        #expect(data.label(row) == good % 7)
      }
    }
  }

  @Test("first means first in the file, however many and however parallel") func firstInFile()
    throws
  {
    try withTemporaryFolder { folder in
      var rows = Fixtures.rows(40)
      for index in stride(from: 9, to: 40, by: 3) { rows[index] = "bad \(index)" }
      let source = try Fixtures.write(Fixtures.csv(rows), in: folder)
      for partitions in [1, 2, 7, 40, 200] {
        let error = try #require(throws: DatasetError.self) {
          _ = try Preparation.prepare(
            source, to: folder.appendingPathComponent("out"),
            Fixtures.options(partitions: partitions))
        }
        #expect(error.description.contains("line 11:"), "\(partitions): \(error)")
      }
    }
  }

  @Test("in the last line: a file that breaks off", arguments: [",Train", ",", "", " 17"])
  func truncated(_ end: String) throws {
    try withTemporaryFolder { folder in
      let cut = end == " 17" ? "3,\(Self.image.prefix(300))" : "3,\(Self.image)\(end)"
      let source = try Fixtures.write(Fixtures.csv(Fixtures.rows(9)) + cut, in: folder)
      let error = try #require(throws: DatasetError.self) {
        _ = try Preparation.prepare(
          source, to: folder.appendingPathComponent("out"), Fixtures.options())
      }
      #expect(error.description.contains("line 11:"), "\(error)")
    }
  }

  @Test(
    "a source as a whole",
    arguments: [
      ("", "the file is empty"), ("3,1 2 3,Training\n", "no header"),
      ("\u{1}\u{2}\u{3}", "no header"), (Fixtures.header + "\n", "no rows"),
      (Fixtures.header, "no rows"),
      ("emotion,emotion,pixels\n", "two columns"),
      (String(repeating: "x", count: 3_000_000), "no header"),
      (Fixtures.header + "\n1,\(image),PublicTest\n1,\(image),PrivateTest\n", "is for training"),
    ])
  func badSource(_ text: String, _ problem: String) throws {
    try withTemporaryFolder { folder in
      let source = try Fixtures.write(text, in: folder)
      let error = try #require(throws: DatasetError.self) {
        _ = try Preparation.prepare(
          source, to: folder.appendingPathComponent("out"), Fixtures.options(skipsBadRows: true))
      }
      #expect(error.description.contains(problem), "\(error)")
    }
  }

  @Test("when all are bad, say so") func allBad() throws {
    try withTemporaryFolder { folder in
      let source = try Fixtures.write(Fixtures.csv(["x", "y"]), in: folder)
      let error = try #require(throws: DatasetError.self) {
        _ = try Preparation.prepare(
          source, to: folder.appendingPathComponent("out"), Fixtures.options(skipsBadRows: true))
      }
      #expect(error.description.contains("all 2 rows are bad"), "\(error)")
    }
  }

  @Test("a missing source is a missing input") func missing() throws {
    try withTemporaryFolder { folder in
      let error = try #require(throws: FileError.self) {
        _ = try Preparation.prepare(
          folder.appendingPathComponent("none.csv"), to: folder, Fixtures.options())
      }
      #expect(error.kind == .missingInput)
    }
  }
}
