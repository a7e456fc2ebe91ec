import Foundation
import TestSupport
import Testing

@Suite("Sounds on the command line", .serialized) struct SoundTests {
  private func run(_ folder: URL, _ arguments: String...) throws -> ChildProcess.Outcome {
    let outcome = try MienProcess.start(arguments, in: folder).finish()
    try #require(outcome.code == 0, "\(arguments): \(outcome.errors)")
    return outcome
  }

  private func withSpeech(_ body: (URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      _ = try run(
        folder, "synthesize", "--kind", "speech", "--rows", "128", "--groups", "8", "--out",
        "speech")
      // Small enough for a test, large enough to tell emotions apart.
      try Data(
        """
        {"model": {"layers": [{"layer": "dense", "units": 24}, {"layer": "relu"},
          {"layer": "dense", "units": 8}]},
         "batch_size": 16, "tensorboard": false, "optimiser": {"learning_rate": 0.05}}
        """.utf8
      ).write(to: folder.appendingPathComponent("table.json"))
      try body(folder)
    }
  }

  @Test("speech goes all the way: made up, prepared, learnt, judged; the voices judged are new")
  func wholeRoad() throws {
    try withSpeech { folder in
      let prepared = try run(
        folder, "prepare", "speech", "--out", "data", "--features", "ser15", "--test-groups", "7-8",
        "--json")
      let summary = try object(prepared.output)
      #expect(summary["rows"] as? Int == 128 && summary["kind"] as? String == "table")
      #expect(summary["groups"] as? Int == 8 && summary["group_kind"] as? String == "speaker")
      #expect((summary["classes"] as? [String])?.count == 8)
      let splits = try #require(summary["splits"] as? [String: [String: Any]])
      #expect(splits["train"]?["count"] as? Int == 96 && splits["test"]?["count"] as? Int == 32)

      let trained = try run(
        folder, "train", "--data", "data", "--run", "run", "--config", "table.json", "--epochs",
        "30")
      #expect(!trained.output.contains("random split"))
      let judged = try object(
        run(
          folder, "evaluate", "--checkpoint", "run", "--data", "data", "--split", "test", "--json"
        )
        .output)
      let accuracy = try #require(judged["accuracy"] as? Double)
      #expect(accuracy > 0.4, "\(accuracy)")
      _ = try run(folder, "report", "--run", "run")
      _ = try run(
        folder, "evaluate", "--checkpoint", "run", "--data", "data", "--split", "test",
        "--without-duplicates")
      try MienProcess.expectFailure(
        ["evaluate", "--checkpoint", "run", "--data", "data", "--split", "test", "--tta", "flip"],
        in: folder, code: 64, words: ["views are of pictures"])
    }
  }

  @Test("a random split is named in what is said and in the report") func random() throws {
    try withSpeech { folder in
      let caution = "random split: the same voice may stand on both sides"
      let prepared = try run(
        folder, "prepare", "speech", "--out", "data", "--features", "ser15", "--split", "random")
      #expect(prepared.output.contains(caution))
      let trained = try run(
        folder, "train", "--data", "data", "--run", "run", "--config", "table.json", "--epochs", "1"
      )
      #expect(trained.output.contains(caution))
      let page = try String(
        contentsOf: folder.appendingPathComponent("run/report.html"), encoding: .utf8)
      #expect(page.contains("Random split: the same voice may stand on both sides."))
    }
  }

  @Test("folds keep speakers apart; that they may mix has to be asked for, and is said")
  func folds() throws {
    try withSpeech { folder in
      _ = try run(
        folder, "prepare", "speech", "--out", "data", "--features", "ser15", "--split", "none")
      let list = try String(
        contentsOf: folder.appendingPathComponent("data/examples.csv"), encoding: .utf8)
      let lines = list.split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
      let speaker = Dictionary(uniqueKeysWithValues: lines.map { (Int($0[0]) ?? -1, $0[5]) })
      func speakers(_ run: String) throws -> [Set<Substring?>] {
        try (1...2).map { fold in
          let rows = try String(
            contentsOf: folder.appendingPathComponent("\(run)/fold-\(fold)/held-out.csv"),
            encoding: .utf8)
          return Set(
            rows.split(separator: "\n").dropFirst().map {
              speaker[Int($0.split(separator: ",")[0]) ?? -1]
            })
        }
      }
      let settings = ["--data", "data", "--config", "table.json", "--epochs", "1", "--folds", "2"]
      let apart = try MienProcess.start(["train", "--run", "apart"] + settings, in: folder).finish()
      try #require(apart.code == 0, "\(apart.errors)")
      let sides = try speakers("apart")
      #expect(sides[0].isDisjoint(with: sides[1]) && sides[0].union(sides[1]).count == 8)
      #expect(!apart.output.contains("both sides"))
      let mixed = try MienProcess.start(
        ["train", "--run", "mixed", "--set", "data.groups=mixed"] + settings, in: folder
      ).finish()
      try #require(mixed.code == 0, "\(mixed.errors)")
      #expect(try !speakers("mixed")[0].isDisjoint(with: speakers("mixed")[1]))
      #expect(mixed.output.contains("the same voice may stand on both sides"))
    }
  }

  @Test("copies are learnt from where their originals are, spectrograms with masks")
  func copies() throws {
    try withSpeech { folder in
      _ = try run(
        folder, "prepare", "speech", "--out", "data", "--test-groups", "8", "--copies", "1",
        "--change", "pitch=1", "--change", "noise.snr=[10,30]")
      try Data(
        """
        {"model": {"layers": [{"layer": "max_pool", "size": 8}, {"layer": "flatten"},
          {"layer": "dense", "units": 8}]},
         "batch_size": 32, "tensorboard": false, "optimiser": {"learning_rate": 0.01},
         "augmentation": {"time_mask": {"count": 1, "size": 12}, "gain": 6, "time_shift": 0.1,
           "frequency_mask": {"count": 1, "size": 6}, "mixup": {"probability": 0.3}}}
        """.utf8
      ).write(to: folder.appendingPathComponent("image.json"))
      let trained = try run(
        folder, "train", "--data", "data", "--run", "run", "--config", "image.json", "--epochs", "2"
      )
      // 112 rows of 7 speakers, one of whom chooses; the copies of the 6 others are learnt from, too.
      #expect(
        trained.output.contains("train and its changed copies (192 rows)"), "\(trained.output)")
      #expect(trained.output.contains("(16 rows)"))
      let config = try object(
        String(contentsOf: folder.appendingPathComponent("run/config.json"), encoding: .utf8))
      let augmentation = try #require(config["augmentation"] as? [String: Any])
      #expect(augmentation["flip"] as? Double == 0 && augmentation["gain"] as? Double == 6)
      let input = try #require(config["input"] as? [String: Any])
      #expect(input["kind"] as? String == "spectrogram")
      #expect((input["normalisation"] as? [String: Any])?["unit"] as? Double == 1)
      try MienProcess.expectFailure(
        [
          "train", "--data", "data", "--run", "r", "--config", "image.json", "--set",
          "augmentation.rotation=5",
        ], in: folder, code: 64, words: ["augmentation.rotation"])
    }
  }

  @Test("music and the names of every corpus are made up, the same for the same seed")
  func synthesize() throws {
    try withTemporaryFolder { folder in
      for (kind, corpus) in [
        ("speech", "ravdess"), ("speech", "tess"), ("speech", "savee"), ("speech", "crema-d"),
        ("music", "gtzan"), ("music", "genres"),
      ] {
        for place in ["a", "b"] {
          _ = try run(
            folder, "synthesize", "--kind", kind, "--corpus", corpus, "--rows", "20", "--groups",
            "3",
            "--out", "\(place)/\(corpus)")
        }
      }
      let same = try MienProcess.shell("diff -r a b", in: folder)
      #expect(same.code == 0, "\(same.output)")
      _ = try run(
        folder, "synthesize", "--kind", "music", "--rows", "10", "--seed", "2", "--seconds", "1",
        "--out", "c")
      let files = try FileManager.default.subpathsOfDirectory(
        atPath: folder.appendingPathComponent("c").path
      ).filter { $0.hasSuffix(".wav") }
      #expect(files.count == 10 && files.contains { $0.hasPrefix("jazz/") })
    }
  }

  @Test("what does not go together is refused in one line") func failures() throws {
    try withSpeech { folder in
      func expect(
        _ arguments: [String], _ code: Int32, _ words: String...,
        sourceLocation: SourceLocation = #_sourceLocation
      ) throws {
        try MienProcess.expectFailure(
          arguments, in: folder, code: code, words: words, sourceLocation: sourceLocation)
      }
      let prepare = ["prepare", "speech", "--out", "x"]
      try expect(prepare + ["--size", "64"], 64, "--size is for sources that are faces")
      try expect(prepare + ["--split", "none", "--test-groups", "1"], 64, "--split draws")
      try expect(prepare + ["--test-groups", "3-1"], 64, "--test-groups", "1-16")
      try expect(prepare + ["--test-groups", "77"], 64, "no speaker is named 77")
      try expect(prepare + ["--features", "mfcc"], 64, "logmel")
      try expect(prepare + ["--corpus", "emodb"], 64, "ravdess")
      try expect(prepare + ["--corpus", "tess"], 65, "128 rows cannot be used")
      try expect(prepare + ["--change", "pitch=1"], 64, "--copies")
      try expect(prepare + ["--copies", "1", "--change", "echo=1"], 64, "stretch")
      try expect(prepare + ["--copies", "1", "--change", "pitch=99"], 64, "pitch is 99")
      try expect(prepare + ["--label", "genre"], 64, "--metadata")
      try expect(["prepare", "speech", "nowhere", "--out", "x"], 66, "nowhere")
      try Data("emotion,pixels,Usage\n".utf8).write(to: folder.appendingPathComponent("f.csv"))
      try expect(["prepare", "f.csv", "--out", "x", "--copies", "1"], 64, "--copies is for")
      try expect(["synthesize", "--kind", "speech"], 64, "--out")
      try expect(
        ["synthesize", "--kind", "music", "--corpus", "tess", "--out", "x"], 64, "emotions")
      try expect(["synthesize", "--kind", "speech", "--images", "x", "--out", "y"], 64, "--images")
      try expect(["synthesize", "--corpus", "tess", "--out", "y.csv"], 64, "--corpus")
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("x").path))
    }
  }
}
