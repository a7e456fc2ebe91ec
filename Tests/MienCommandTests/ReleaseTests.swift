import Foundation
import Mien
import TestSupport
import Testing

@Suite("mien release, and rows that are copies", .serialized) struct ReleaseTests {
  /// Drawn faces of which 14 training rows stand among the choosing rows once more.
  private static let script = """
    mien synthesize --rows 280 --seed 5 --out faces.csv
    awk -F, 'NR == 1 { print; next } { print } $3 == "Training" && n < 14 { n++; copies[n] = $1 "," $2 }
      END { for (i = 1; i <= n; i++) print copies[i] ",PublicTest" }' faces.csv > doubled.csv
    mien prepare doubled.csv --out data
    mien train --data data --run run --config small.json --epochs 2 --set calibrate=true
    """

  private func withRun(_ body: (URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      try Data(DrawnFaces.smallNetwork.utf8).write(
        to: folder.appendingPathComponent("small.json"))
      let made = try MienProcess.shell(Self.script, in: folder)
      try #require(made.code == 0, "\(made.errors)")
      try body(folder)
    }
  }

  @Test("what is released answers as the run does, names no place, shows no face, and has a card")
  func release() throws {
    try withRun { folder in
      let about = "## Where the data come from\n\nDrawn by Mien."
      try Data(about.utf8).write(to: folder.appendingPathComponent("about.md"))
      let outcome = try MienProcess.run(
        "release", "--run", "run", "--out", "out/small", "--remarks", "about.md", "--json",
        in: folder)
      try #require(outcome.code == 0, "\(outcome.errors)")
      let out = folder.appendingPathComponent("out/small")
      let names = try FileManager.default.contentsOfDirectory(atPath: out.path).sorted()
      #expect(
        names == [
          "MODEL_CARD.md", "config.json", "model.safetensors", "report.html", "results.csv",
        ])

      for name in names where name != "model.safetensors" {
        let text = try String(contentsOf: out.appendingPathComponent(name), encoding: .utf8)
        #expect(!text.contains(folder.path), "\(name) says where it was made")
        #expect(!text.contains("<img") && !text.contains("data:image"), "\(name) has a picture")
      }
      let (run, released) = (
        try Checkpoint(at: folder.appendingPathComponent("run")), try Checkpoint(at: out)
      )
      #expect(released.temperature != nil && released.temperature == run.temperature)
      #expect(released.configuration.data.path == "data")
      func judged(_ checkpoint: String, _ arguments: String...) throws -> [String: Any] {
        let outcome = try MienProcess.start(
          [
            "evaluate", "--checkpoint", checkpoint, "--data", "data", "--split", "PublicTest",
            "--json",
          ] + arguments, in: folder
        ).finish()
        try #require(outcome.code == 0, "\(outcome.errors)")
        return try object(outcome.output)
      }
      let (before, after) = (try judged("run"), try judged("out/small"))
      #expect(NSDictionary(dictionary: before) == NSDictionary(dictionary: after))

      // The card's figures are those of evaluate.
      let card = try String(
        contentsOf: out.appendingPathComponent("MODEL_CARD.md"), encoding: .utf8)
      let crops = try judged("run", "--tta", "ten-crop")
      for (metrics, views) in [(before, "one view"), (crops, "ten-crop")] {
        let accuracy = percent(try #require(metrics["accuracy"] as? Double))
        let line = card.split(separator: "\n").first { $0.hasPrefix("| \(views) |") }
        #expect(line.map(String.init)?.contains(" \(accuracy) ") == true, "\(views): \(accuracy)")
      }
      #expect(card.contains("one view, without copies of rows learnt from | "))
      #expect(card.contains("Drawn by Mien."))
      #expect(card.contains("## What it must not be used for"))
      #expect(card.contains("temperature 1 "))
    }
  }

  @Test("copies of rows that were learnt from can be left out; where that is not known, it is said")
  func withoutDuplicates() throws {
    try withRun { folder in
      func count(_ arguments: String...) throws -> Int {
        let outcome = try MienProcess.start(
          ["evaluate", "--checkpoint", "run", "--data", "data", "--split", "PublicTest", "--json"]
            + arguments, in: folder
        ).finish()
        try #require(outcome.code == 0, "\(outcome.errors)")
        return try #require(try object(outcome.output)["n"] as? Int)
      }
      let all = try count()
      #expect(try count("--without-duplicates") == all - 14)
      try MienProcess.expectFailure(
        [
          "evaluate", "--checkpoint", DrawnFaces.run().path, "--data", "data", "--split",
          "PublicTest", "--without-duplicates",
        ], in: folder, code: 65,
        words: ["trained on other prepared data"])
      try MienProcess.expectFailure(
        ["release", "--run", "run", "--out", "run"], in: folder, code: 64,
        words: ["give another folder"])
    }
  }
}
