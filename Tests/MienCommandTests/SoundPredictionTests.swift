import AudioFeatures
import Foundation
import TestSupport
import Testing

@Suite("Sounds that a network is asked about", .serialized) struct SoundPredictionTests {
  /// Made-up music prepared as pictures of its frequencies, and a network that has seen a little of it.
  private func withNetwork(_ body: (URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      try run(
        folder, "synthesize", "--kind", "music", "--rows", "40", "--groups", "10", "--seconds", "4",
        "--out", "music")
      try run(
        folder, "prepare", "music", "--out", "data", "--trim", "40", "--test-groups",
        "The Green Harbour")
      try Data(
        """
        {"model": {"layers": [{"layer": "max_pool2d", "size": 8}, {"layer": "flatten"},
          {"layer": "dense", "units": "classes"}]}, "tensorboard": false, "batch_size": 8,
         "optimiser": {"learning_rate": 0.003}}
        """.utf8
      ).write(to: folder.appendingPathComponent("net.json"))
      try run(
        folder, "train", "--data", "data", "--run", "run", "--config", "net.json", "--epochs", "3")
      try body(folder)
    }
  }

  @discardableResult
  private func run(_ folder: URL, _ arguments: String...) throws -> ChildProcess.Outcome {
    let outcome = try MienProcess.start(arguments, in: folder).finish()
    try #require(outcome.code == 0, "\(arguments): \(outcome.errors)")
    return outcome
  }

  /// The first of the made-up sounds of one genre.
  private func sound(in folder: URL) throws -> String {
    let names = try FileManager.default.contentsOfDirectory(
      atPath: folder.appendingPathComponent("music/blues").path)
    return try "music/blues/" + #require(names.min())
  }

  private func lines(_ json: String) throws -> [[String: Any]] {
    try json.split(separator: "\n").map { try object(String($0)) }
  }

  private func table(_ file: URL) throws -> [[String: String]] {
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  @Test("a file's answer is that of its prepared row, whatever is asked beside it")
  func sameAsPrepared() throws {
    try withNetwork { folder in
      try run(
        folder, "evaluate", "--checkpoint", "run", "--data", "data", "--split", "test",
        "--predictions", "rows.csv")
      let judged = try table(folder.appendingPathComponent("rows.csv"))
      let examples = try table(folder.appendingPathComponent("data/examples.csv"))
      let name = Dictionary(
        uniqueKeysWithValues: examples.map { ($0["row"] ?? "", $0["name"] ?? $0["file"] ?? "") })
      let answers = try lines(
        run(folder, "predict", "--checkpoint", "run", "--json", "music").output)
      #expect(answers.count == 40 && judged.count >= 4)
      let byPath = Dictionary(
        uniqueKeysWithValues: answers.map { ($0["path"] as? String ?? "", $0) })
      for row in judged {
        let file = try #require(name[row["row"] ?? ""])
        let answer = try #require(byPath["music/\(file)"], "\(file)")
        let probabilities = try #require(answer["probabilities"] as? [String: Double])
        #expect(probabilities.count == 10)
        for (label, value) in probabilities {
          let expected = try #require(row["p_\(label)"].flatMap(Double.init), "\(row)")
          #expect(abs(value - expected) <= 1e-6)
        }
        let best = try #require(probabilities.values.max())
        #expect(answer["probability"] as? Double == best)
        #expect(probabilities[answer["label"] as? String ?? ""] == best)
        #expect(answer["face"] is NSNull && answer["box"] is NSNull)
        #expect(answer["windows"] is NSNull && answer["error"] is NSNull)
        // What pictures are made of: 2.95 s, of four.
        let heard =
          (answer["end"] as? Double ?? 0) - (answer["start"] as? Double ?? 0)
        #expect(heard > 2.9 && heard < 3 && answer["duration"] as? Double == 4)
      }
    }
  }

  @Test("windows: a timeline as JSON, CSV and plot, with mean and majority") func windows() throws {
    try withNetwork { folder in
      let file = try sound(in: folder)
      let answer = try object(
        run(
          folder, "predict", "--checkpoint", "run", file, "--windows", "1.5", "--hop", "1",
          "--csv", "time.csv", "--plot", "time.svg", "--json"
        ).output)
      let windows = try #require(answer["windows"] as? [[String: Any]])
      // 0, 1, 2, and the last that ends with the sound.
      #expect(windows.map { $0["start"] as? Double } == [0, 1, 2, 2.5])
      #expect(windows.map { $0["end"] as? Double } == [1.5, 2.5, 3.5, 4])
      let each = windows.compactMap { $0["probabilities"] as? [String: Double] }
      let mean = try #require(answer["probabilities"] as? [String: Double])
      for (label, value) in mean {
        let sum = each.reduce(0.0) { $0 + ($1[label] ?? .nan) }
        #expect(abs(value - sum / 4) <= 1e-6)
      }
      let majority = try #require(answer["majority"] as? [String: Any])
      let labels = windows.compactMap { $0["label"] as? String }
      let count = labels.count { $0 == majority["label"] as? String }
      #expect(majority["share"] as? Double == Double(count) / 4)
      #expect(Set(labels).allSatisfy { label in labels.count { $0 == label } <= count })

      let rows = try table(folder.appendingPathComponent("time.csv"))
      #expect(
        rows.map { $0["part"] } == Array(repeating: "window", count: 4) + ["mean", "majority"])
      #expect(rows[1]["start"] == "1.000" && rows[1]["end"] == "2.500")
      #expect(rows[0]["label"] == labels.first && rows[5]["label"] == majority["label"] as? String)
      let plot = try String(contentsOf: folder.appendingPathComponent("time.svg"), encoding: .utf8)
      #expect(plot.contains("<svg") && plot.count > 5000)

      let said = try run(folder, "predict", "--checkpoint", "run", file, "--windows", "2").output
      #expect(said.contains("0.0 s  2.0 s") && said.contains("of 2 windows"), "\(said)")
    }
  }

  @Test("silence is called so, and silent windows have no part in mean and majority") func silence()
    throws
  {
    try withNetwork { folder in
      let clip = try AudioFile.read(folder.appendingPathComponent(sound(in: folder)))
      let quiet = [Float](repeating: 0, count: 6 * clip.sampleRate)
      for (name, samples) in [("quiet", quiet), ("gap", clip.samples + quiet)] {
        try AudioFile.write(
          AudioClip(samples: samples, sampleRate: clip.sampleRate),
          to: folder.appendingPathComponent("\(name).wav"))
      }
      let gap = try object(
        run(
          folder, "predict", "--checkpoint", "run", "gap.wav", "--windows", "2", "--csv", "gap.csv",
          "--json"
        ).output)
      let windows = try #require(gap["windows"] as? [[String: Any]])
      #expect(windows.map { $0["silent"] as? Bool } == [false, false, true, true, true])
      #expect(gap["silent"] as? Bool == false)
      let each = windows.prefix(2).compactMap { $0["probabilities"] as? [String: Double] }
      for (label, value) in try #require(gap["probabilities"] as? [String: Double]) {
        #expect(abs(value - each.reduce(0.0) { $0 + ($1[label] ?? .nan) } / 2) <= 1e-6)
      }
      let rows = try table(folder.appendingPathComponent("gap.csv"))
      #expect(
        rows.map { $0["silent"] } == ["false", "false", "true", "true", "true", "false", "false"])
      let said = try run(folder, "predict", "--checkpoint", "run", "gap.wav", "--windows", "2")
        .output
      #expect(said.contains("of 2 windows, 3 silent left out"), "\(said)")
      let nothing = try run(folder, "predict", "--checkpoint", "run", "quiet.wav").output
      #expect(nothing.contains("warning: quiet.wav is silent"), "\(nothing)")
    }
  }

  @Test("a broken file has a row with the error and does not stop the rest") func broken() throws {
    try withNetwork { folder in
      try Data("no sound".utf8).write(to: folder.appendingPathComponent("music/blues/a.wav"))
      let outcome = try run(
        folder, "predict", "--checkpoint", "run", "--json", "--csv", "rows.csv", "music/blues")
      let answers = try lines(outcome.output)
      let errors = answers.filter { !($0["error"] is NSNull) }
      #expect(answers.count > 2 && errors.count == 1)
      #expect(errors[0]["label"] is NSNull && errors[0]["path"] as? String == "music/blues/a.wav")
      let rows = try table(folder.appendingPathComponent("rows.csv"))
      let row = try #require(rows.first { $0["path"] == "music/blues/a.wav" })
      #expect(rows.count == answers.count && row["label"] == "" && row["part"] == "")
      let text = try String(contentsOf: folder.appendingPathComponent("rows.csv"), encoding: .utf8)
      #expect(text.contains("not a sound"))
      try MienProcess.expectFailure(
        ["predict", "--checkpoint", "run", "music/blues/a.wav", "--json"], in: folder, code: 65,
        words: ["a.wav", "not a sound"])
      try MienProcess.expectFailure(
        ["predict", "--checkpoint", "run", "nowhere.wav", "--json"], in: folder, code: 66,
        words: ["nowhere.wav"])
    }
  }

  @Test("what means nothing to a network of sounds, or of faces, is refused") func refused() throws
  {
    try withNetwork { folder in
      func expect(
        _ code: Int32, _ words: [String], _ arguments: String...,
        sourceLocation: SourceLocation = #_sourceLocation
      ) throws {
        try MienProcess.expectFailure(
          ["predict"] + arguments, in: folder, code: code, words: words,
          sourceLocation: sourceLocation)
      }
      let file = try sound(in: folder)
      for option in [
        ["--annotate", "x"], ["--tta", "flip"], ["--every", "2"], ["--max-faces", "1"],
      ] {
        try expect(
          64, [option[0], "the network hears sounds"], "--checkpoint", "run", file, option[0],
          option[1])
      }
      try expect(64, ["--hop", "--windows"], "--checkpoint", "run", file, "--hop", "1")
      try expect(64, ["--plot", "--windows"], "--checkpoint", "run", file, "--plot", "x.png")
      try expect(64, ["--plot", ".svg"], "--checkpoint", "run", file, "--plot", "x.gif")
      try expect(65, ["sees faces", "--checkpoint"], file)
      try expect(64, ["--windows", "sees pictures"], file, "--windows", "3")

      // Networks that hear a sound in two ways do not answer together.
      try run(folder, "prepare", "music", "--out", "plain", "--test-groups", "The Green Harbour")
      try run(
        folder, "train", "--data", "plain", "--run", "other", "--config", "net.json", "--epochs",
        "1")
      try expect(
        65, ["silence 40.0 dB", "one way"], "--checkpoint", "run", "--checkpoint", "other", file)
      // Nor is one judged on rows that were made in another way.
      try MienProcess.expectFailure(
        ["evaluate", "--checkpoint", "run", "--data", "plain", "--split", "test"], in: folder,
        code: 65, words: ["logmel of sounds at 22050 Hz", "silence 40.0 dB"])

      // A table's columns that no set of features has.
      let rows = (0..<20).map { "\($0),\($0),\($0 % 2)\n" }
      try Data(("filename,x,label\n" + rows.joined()).utf8).write(
        to: folder.appendingPathComponent("t.csv"))
      try run(folder, "prepare", "t.csv", "--out", "t", "--split", "none")
      try Data(#"[{"layer": "dense", "units": 2}]"#.utf8).write(
        to: folder.appendingPathComponent("dense.json"))
      try run(
        folder, "train", "--data", "t", "--run", "dense", "--model", "dense.json", "--epochs", "1",
        "--set", "tensorboard=false", "--set", "data.groups=mixed")
      try expect(
        65, ["1 columns (x)", "mien predict TABLE.csv"], "--checkpoint", "dense", file)
    }
  }

  @Test("a table of features is made of the sound, also where the table came as a file")
  func tables() throws {
    try withTemporaryFolder { folder in
      try run(
        folder, "synthesize", "--kind", "music", "--rows", "30", "--groups", "6", "--seconds", "2",
        "--out", "music")
      try run(
        folder, "features", "--set", "gtzan58", "--class", "folder", "--out", "f.csv", "music")
      try run(folder, "prepare", "f.csv", "--out", "table", "--split", "none")
      try run(
        folder, "prepare", "music", "--features", "gtzan58", "--out", "sounds", "--split", "none")
      try Data(
        #"[{"layer": "dense", "units": 8}, {"layer": "relu"}, {"layer": "dense", "units": 10}]"#
          .utf8
      ).write(to: folder.appendingPathComponent("dense.json"))
      var outputs: [[Double]] = []
      for data in ["table", "sounds"] {
        try run(
          folder, "train", "--data", data, "--run", "r-\(data)", "--model", "dense.json",
          "--epochs", "1", "--set", "tensorboard=false", "--set", "data.groups=mixed")
        try run(
          folder, "evaluate", "--checkpoint", "r-\(data)", "--data", data, "--split", "train",
          "--predictions", "p-\(data).csv")
        let judged = try table(folder.appendingPathComponent("p-\(data).csv"))
        let answers = try lines(
          run(folder, "predict", "--checkpoint", "r-\(data)", "--json", "music").output)
        // Both are in the order of the files' names.
        #expect(answers.count == 30 && judged.count == 30)
        for (row, answer) in zip(judged, answers) {
          let probabilities = try #require(answer["probabilities"] as? [String: Double])
          for (label, value) in probabilities {
            let expected = try #require(row["p_\(label)"].flatMap(Double.init))
            #expect(abs(value - expected) <= 1e-5, "\(data) \(label)")
          }
          outputs.append(probabilities.values.sorted())
        }
      }
      #expect(Set(outputs).count > 10)
    }
  }
}
