import Foundation
import TestSupport
import Testing

@Suite("mien prepare, run as a process") struct PrepareTests {
  /// Every file of a folder that is not hidden, by name.
  private func contents(_ folder: URL) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      files[name] = try Data(contentsOf: folder.appendingPathComponent(name))
    }
    return files
  }

  private func withFaces(rows: Int = 210, _ body: (URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let drawn = try MienProcess.run(
        "synthesize", "--rows", "\(rows)", "--out", "faces.csv", in: folder)
      try #require(drawn.code == 0, "\(drawn.errors)")
      try body(folder)
    }
  }

  @Test("one run, three parts joined, other workers: the same bytes") func partitions() throws {
    try withFaces { folder in
      let whole = try MienProcess.run(
        "prepare", "faces.csv", "--out", "whole", "--json", in: folder)
      #expect(whole.code == 0, "\(whole.errors)")
      let summary = try #require(
        JSONSerialization.jsonObject(with: Data(whole.output.utf8)) as? [String: Any])
      #expect(summary["rows"] as? Int == 210)

      for part in ["3/3", "1/3", "2/3"] {
        let outcome = try MienProcess.run(
          "prepare", "faces.csv", "--out", "parts", "--only-partition", part, in: folder)
        #expect(outcome.code == 0, "\(outcome.errors)")
      }
      #expect(
        try MienProcess.run("prepare", "parts", "--join", "--out", "joined", in: folder).code == 0)
      #expect(
        try MienProcess.run(
          "prepare", "faces.csv", "--out", "other", "--workers", "3", "--partitions", "7",
          in: folder
        ).code == 0)
      let expected = try contents(folder.appendingPathComponent("whole"))
      #expect(expected.keys.contains("manifest.json") && expected.keys.contains("quality.json"))
      for name in ["joined", "other"] {
        #expect(try contents(folder.appendingPathComponent(name)) == expected, "\(name)")
      }
    }
  }

  @Test("a part that is missing, or a compressed source cut in parts, is refused")
  func badParts() throws {
    try withFaces(rows: 28) { folder in
      _ = try MienProcess.run(
        "prepare", "faces.csv", "--out", "parts", "--only-partition", "1/2", in: folder)
      let join = try MienProcess.run("prepare", "--join", "--out", "parts", in: folder)
      #expect(join.code != 0 && join.errors.contains("2"), "\(join.errors)")
      #expect(try MienProcess.shell("gzip -k faces.csv", in: folder).code == 0)
      let compressed = try MienProcess.run(
        "prepare", "faces.csv.gz", "--out", "parts", "--only-partition", "1/2", in: folder)
      #expect(compressed.code == 64 || compressed.code == 65, "\(compressed.errors)")
      #expect(compressed.errors.contains("faces.csv.gz"))
      #expect(
        try MienProcess.run("prepare", "faces.csv.gz", "--out", "data", in: folder).code == 0)
    }
  }

  @Test("a bad row stops the work with its line, or is left out and listed") func badRows() throws {
    try withFaces(rows: 28) { folder in
      let file = folder.appendingPathComponent("faces.csv")
      var lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      lines[3] = "4,1 2 3,Training"
      try lines.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
      let stopped = try MienProcess.run("prepare", "faces.csv", "--out", "data", in: folder)
      #expect(stopped.code == 65)
      #expect(stopped.errors.contains("faces.csv:4") || stopped.errors.contains("line 4"))
      #expect(stopped.errors.contains("--skip-bad-rows"))
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/data/manifest.json"))
      let skipped = try MienProcess.run(
        "prepare", "faces.csv", "--out", "data", "--skip-bad-rows", in: folder)
      #expect(skipped.code == 0, "\(skipped.errors)")
      let rejected = try String(contentsOfFile: folder.path + "/data/rejected.csv", encoding: .utf8)
      #expect(rejected.split(separator: "\n").count == 2)
    }
  }

  @Test("a source that is not there is 66, a folder that cannot be written 73") func places() throws
  {
    try withFaces(rows: 7) { folder in
      let missing = try MienProcess.run("prepare", "none.csv", "--out", "data", in: folder)
      #expect(missing.code == 66 && missing.errors.contains("none.csv"))
      let unwritable = try MienProcess.run("prepare", "faces.csv", "--out", "/proc/d", in: folder)
      #expect(unwritable.code == 73, "\(unwritable.errors)")
      let conflict = try MienProcess.run(
        "prepare", "faces.csv", "--out", "d", "--only-partition", "1/2", "--partitions", "2",
        in: folder)
      #expect(conflict.code == 64)
    }
  }

  @Test("no room on the disk: 73, and the data that were there before still are")
  func diskFull() throws {
    try withFaces { folder in
      _ = try MienProcess.run("prepare", "faces.csv", "--out", "data", "--size", "24", in: folder)
      let data = folder.appendingPathComponent("data")
      let before = try contents(data)
      #expect(before["manifest.json"] != nil)
      let outcome = try MienProcess.shell(
        "ulimit -f 20; mien prepare faces.csv --out data", in: folder)
      #expect(outcome.code == 73, "\(outcome.errors)")
      #expect(try contents(data) == before)
      #expect(try MienProcess.run("prepare", "faces.csv", "--out", "data", in: folder).code == 0)
      #expect(try contents(data)["manifest.json"] != before["manifest.json"])
    }
  }
}
