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
      // Two speakers in two folds leave one to learn from, and nobody to choose with.
      _ = try run(
        folder, "synthesize", "--kind", "speech", "--rows", "32", "--groups", "2", "--out", "two")
      _ = try run(
        folder, "prepare", "two", "--out", "duo", "--features", "ser15", "--split", "none")
      try MienProcess.expectFailure(
        ["train", "--data", "duo", "--run", "few"] + settings.dropFirst(2), in: folder, code: 65,
        words: ["of one speaker", "data of more speakers", "ask for no folds"])
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
        {"model": {"layers": [{"layer": "max_pool2d", "size": 8}, {"layer": "flatten"},
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
        trained.output.contains("train and its changed copies (192 rows of 6 speakers)"),
        "\(trained.output)")
      #expect(trained.output.contains("(16 rows of 1 other)"))
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
      // As often as it is usual of pictures.
      try MienProcess.expectFailure(
        [
          "train", "--data", "data", "--run", "r", "--config", "image.json", "--set",
          "augmentation.flip=0.5",
        ], in: folder, code: 64, words: ["augmentation.flip", "time_shift, time_mask"])
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

  @Test("what makes figures worth less is a warning, in words and in JSON") func warnings() throws {
    try withSpeech { folder in
      let arguments = [
        "prepare", "speech", "--features", "ser15", "--test-groups", "7-12", "--out",
      ]
      let said = try MienProcess.start(arguments + ["a"], in: folder).finish()
      #expect(said.code == 0 && said.output.contains("warning: no speaker is named 9-12"))
      let json = try object(
        MienProcess.start(arguments + ["b", "--json"], in: folder).finish().output)
      #expect((json["warnings"] as? [String])?.contains("no speaker is named 9-12") == true)
      let manifest = try String(
        contentsOf: folder.appendingPathComponent("a/manifest.json"), encoding: .utf8)
      let split = try #require(
        (object(manifest)["preparation"] as? [String: Any])?["split"] as? [String: Any])
      #expect(split["test_groups"] as? String == "7-12")

      // Rows 0 and 1 are equal, and stand on two sides; as do three more such pairs.
      var table = "filename,x,label,artist\n"
      for row in 0..<8 { table += "\(row),\(row / 2),\(row % 2),p\(row)\n" }
      try Data(table.utf8).write(to: folder.appendingPathComponent("t.csv"))
      let equal = try run(
        folder, "prepare", "t.csv", "--out", "c", "--train-groups", "p0,p2,p4,p6", "--test-groups",
        "p1")
      #expect(
        equal.output.contains("warning: equal rows lie in several splits (4 groups)"),
        "\(equal.output)")
      try Data("id,artist\n0,P\n1,Q\n".utf8).write(to: folder.appendingPathComponent("m.csv"))
      let partial = try run(
        folder, "prepare", "t.csv", "--out", "d", "--metadata", "m.csv", "--split", "none")
      #expect(partial.output.contains("warning: m.csv says nothing of 6 rows: the artist"))

      // The next step that is said works as it stands, and so does a list of layers of one's own.
      #expect(equal.output.contains("c is ready: mien train --data c --run DIR"))
      let learnt = try run(folder, "train", "--data", "c", "--run", "q", "--epochs", "1")
      #expect(learnt.output.contains("mlp, "), "\(learnt.output)")
      try MienProcess.expectFailure(
        ["train", "--data", "c", "--run", "p", "--model", "vgg10"], in: folder, code: 64,
        words: ["model vgg10", "--model mlp"])
      try Data(
        #"[{"layer": "dense", "units": 4}, {"layer": "relu"}, {"layer": "dense", "units": 2}]"#.utf8
      )
      .write(to: folder.appendingPathComponent("dense.json"))
      _ = try run(
        folder, "train", "--data", "d", "--run", "r", "--model", "dense.json", "--epochs", "1")

      // Classes that are the folders of speakers.
      _ = try run(folder, "features", "--set", "ser15", "--out", "f.csv", "speech")
      let folders = try run(folder, "prepare", "f.csv", "--out", "e", "--split", "none")
      #expect(folders.output.contains("warning: each class is one speaker"), "\(folders.output)")
    }
  }

  @Test("fewer speakers or artists than were asked for are said") func fewer() throws {
    try withTemporaryFolder { folder in
      let few = try run(
        folder, "synthesize", "--kind", "music", "--rows", "30", "--groups", "5", "--seconds", "1",
        "--out", "a")
      #expect(few.output.contains("30 sounds of 10 classes by 3 artists"), "\(few.output)")
      #expect(few.output.contains("warning: 3 of 5 artists: ") && few.output.contains("--rows"))
      let tess = ["synthesize", "--kind", "speech", "--corpus", "tess", "--rows", "14"]
      let said = try MienProcess.start(tess + ["--groups", "9", "--out", "b"], in: folder).finish()
      #expect(said.output.contains("warning: 2 of 9 speakers: "), "\(said.output)")
      let json = try MienProcess.start(tess + ["--out", "c", "--json"], in: folder).finish()
      #expect(try object(json.output)["groups"] as? Int == 2)
      let all = try MienProcess.start(tess + ["--groups", "2", "--out", "d"], in: folder).finish()
      #expect(!all.output.contains("warning"))
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
      try expect(prepare + ["--only-partition", "1/2"], 64, "--only-partition is for sources that")
      try expect(["prepare", "--join", "--out", "x", "--copies", "1"], 64, "--copies is for")
      try expect(prepare + ["--split", "none", "--test-groups", "1"], 64, "--split draws")
      try expect(prepare + ["--test-groups", "3-1"], 64, "--test-groups", "1-16")
      try expect(prepare + ["--test-groups", "77"], 64, "no speaker is named 77")
      try expect(prepare + ["--features", "mfcc"], 64, "logmel")
      try expect(prepare + ["--corpus", "emodb"], 64, "ravdess")
      try expect(prepare + ["--corpus", "tess"], 65, "128 rows cannot be used")
      try expect(prepare + ["--change", "pitch=1"], 64, "--copies")
      try expect(
        prepare + ["--copies", "1", "--change", "echo=1"], 64, "expected one of", "stretch")
      try expect(
        prepare + ["--copies", "1", "--change", "pitch=99"], 64, "pitch of the changed copies is 99"
      )
      try expect(prepare + ["--label", "genre"], 64, "--metadata")
      try expect(["prepare", "speech", "nowhere", "--out", "x"], 66, "nowhere")
      try Data("emotion,pixels,Usage\n".utf8).write(to: folder.appendingPathComponent("f.csv"))
      try expect(["prepare", "f.csv", "--out", "x", "--copies", "1"], 64, "--copies is for")
      try expect(["prepare", "f.csv", "--out", "x", "--copies", "1"], 64, "that are sounds; leave")
      try Data("filename,x,label\na,1,b\n".utf8).write(to: folder.appendingPathComponent("t.csv"))
      for option in [
        ["--copies", "1"], ["--features", "ser15"], ["--trim", "20"], ["--corpus", "gtzan"],
      ] {
        try expect(
          ["prepare", "t.csv", "--out", "x"] + option, 64,
          "\(option[0]) is for sources that are sounds")
      }
      try expect(["prepare", "t.csv", "t.csv", "--out", "x"], 64, "give one table alone")
      try expect(["prepare", "speech", "t.csv", "--out", "x"], 64, "give one table alone")
      try expect(["prepare", "speech", "speech", "--out", "x"], 64, "named twice")
      try expect(["prepare", "nowhere", "--out", "x"], 66, "folders of sounds")
      try expect(["synthesize", "--kind", "speech"], 64, "--out")
      try expect(
        ["synthesize", "--kind", "music", "--corpus", "tess", "--out", "x"], 64, "emotions")
      try expect(["synthesize", "--kind", "speech", "--images", "x", "--out", "y"], 64, "--images")
      try expect(["synthesize", "--corpus", "tess", "--out", "y.csv"], 64, "--corpus")
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("x").path))
    }
  }
}
