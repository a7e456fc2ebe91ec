import Foundation
import TestSupport
import Testing

@Suite("mien lr-find", .serialized) struct LearningRateCommandTests {
  private func withData(_ body: (_ folder: URL, _ data: String) throws -> Void) throws {
    let data = try DrawnFaces.data()
    try withTemporaryFolder { folder in
      try Data(DrawnFaces.smallNetwork.utf8).write(to: folder.appendingPathComponent("small.json"))
      try body(folder, data.path)
    }
  }

  @Test("leaves a table and two pictures, no run; the same seed gives the same bytes")
  func wholeRoad() throws {
    try withData { folder, data in
      let words = [
        "lr-find", "--data", data, "--config", "small.json", "--steps", "80", "--seed", "3",
      ]
      let outcome = try MienProcess.start(
        words + ["--out", "rate", "--json", "--workers", "1"], in: folder
      ).finish()
      try #require(outcome.code == 0, "\(outcome.errors)")
      let rate = folder.appendingPathComponent("rate")
      let names = try FileManager.default.contentsOfDirectory(atPath: rate.path).sorted()
      #expect(names == ["lr.csv", "lr.png", "lr.svg"])
      let summary = try object(outcome.output)
      let suggestion = try #require(summary["suggestion"] as? Double)
      #expect((1e-4...1).contains(suggestion))
      #expect(summary["seed"] as? Int == 3)
      let lines = try String(contentsOf: rate.appendingPathComponent("lr.csv"), encoding: .utf8)
        .split(separator: "\n")
      #expect(lines[0] == "step,learning_rate,loss,smoothed_loss")
      #expect(lines.count - 1 == summary["steps"] as? Int)

      let again = try MienProcess.start(words + ["--out", "again", "--workers", "3"], in: folder)
        .finish()
      #expect(again.code == 0 && again.output.contains("suggested learning rate: "))
      for name in names {
        #expect(
          try Data(contentsOf: rate.appendingPathComponent(name))
            == Data(contentsOf: folder.appendingPathComponent("again/\(name)")), "\(name)")
      }
      let other = try MienProcess.start(
        words.dropLast() + ["4", "--out", "other"], in: folder
      ).finish()
      #expect(other.code == 0)
      #expect(
        try Data(contentsOf: rate.appendingPathComponent("lr.csv"))
          != Data(contentsOf: folder.appendingPathComponent("other/lr.csv")))
    }
  }

  @Test("the schedule is left out, augmentation is not") func asTraining() throws {
    try withData { folder, data in
      func table(_ settings: String...) throws -> Data {
        let out = "out-\(settings.joined().hashValue)"
        let outcome = try MienProcess.start(
          ["lr-find", "--data", data, "--config", "small.json", "--steps", "12", "--out", out]
            + settings.flatMap { ["--set", $0] }, in: folder
        ).finish()
        try #require(outcome.code == 0, "\(outcome.errors)")
        return try Data(contentsOf: folder.appendingPathComponent("\(out)/lr.csv"))
      }
      let plain = try table()
      #expect(try table("schedule.name=one_cycle", "schedule.warmup_epochs=3") == plain)
      #expect(try table("averaging.ema_decay=0.9", "epochs=50") == plain)
      #expect(try table("optimiser.learning_rate=7") == plain)
      #expect(try table("augmentation.rotation=20") != plain)
      #expect(try table("optimiser.momentum=0") != plain)
    }
  }

  @Test("what cannot be tested is said in one line, and nothing is written") func failures() throws
  {
    try withData { folder, data in
      func expect(
        _ arguments: [String], _ code: Int32, _ words: String...,
        sourceLocation: SourceLocation = #_sourceLocation
      ) throws {
        try MienProcess.expectFailure(
          ["lr-find", "--config", "small.json", "--out", "rate"] + arguments, in: folder,
          code: code, words: words, sourceLocation: sourceLocation)
      }
      try expect([], 64, "data.path", "--data")
      try expect(["--data", data, "--from", "1", "--to", "0.1"], 64, "--to", "above --from")
      try expect(["--data", data, "--from", "0"], 64, "--from", "above 0")
      try expect(["--data", data, "--steps", "3"], 64, "--steps", "at least 10")
      try expect(["--data", data, "--smoothing", "1"], 64, "--smoothing", "below 1")
      try expect(["--data", data, "--set", "optimiser.lr=1"], 64, "unknown key optimiser.lr")
      try expect(["--data", data, "--select-on", "PrivateTest"], 64, "PrivateTest")
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("rate").path))
    }
  }

  @Test("where the loss still falls, or falls nowhere, that is said") func remarks() throws {
    try withData { folder, data in
      func run(_ from: String, _ to: String) throws -> ChildProcess.Outcome {
        try MienProcess.run(
          "lr-find", "--data", data, "--config", "small.json", "--steps", "60", "--from", from,
          "--to", to, "--out", "rate", in: folder)
      }
      let low = try run("1e-4", "1e-2")
      #expect(low.code == 0 && low.errors.contains("raise --to"), "\(low.output)")
      let high = try run("100", "100000")
      #expect(high.code == 0 && high.errors.contains("--from"), "\(high.output)")
    }
  }
}
