import AudioFeatures
import Foundation
import TestSupport
import Testing

@Suite("mien features") struct FeaturesTests {
  /// Tones and noise in two folders, and files that are none.
  private func withSounds(_ body: (URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      for (index, name) in ["tone", "noise"].enumerated() {
        for number in 0..<4 {
          let samples = (0..<20000 + 3000 * number).map { sample -> Float in
            let phase = Float(sample) * 0.05 * Float(number + 1)
            return index == 0
              ? 0.4 * sin(phase) : Float((sample * 7919 + number) % 1009) / 2018 - 0.25
          }
          let file = folder.appendingPathComponent("sounds/\(name)/\(number)-x\(index)-a.wav")
          try AudioFile.write(
            AudioClip(samples: samples, sampleRate: 16000), to: file,
            as: number % 2 == 0 ? .wav : .flac)
        }
      }
      try Data("not a sound".utf8).write(
        to: folder.appendingPathComponent("sounds/noise/text.wav"))
      try body(folder)
    }
  }

  private func lines(_ file: URL) throws -> [String] {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  @Test("a table has a row a sound in order, its class last; what is no sound is in errors.csv")
  func table() throws {
    try withSounds { folder in
      let outcome = try MienProcess.run(
        "features", "--set", "ser15", "sounds", "--out", "out/f.csv", "--json", in: folder)
      #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      let json = try object(outcome.output)
      let counts = try #require(json["counts"] as? [String: Any])
      #expect(counts["files"] as? Int == 9 && counts["rows"] as? Int == 8)
      #expect(counts["errors"] as? Int == 1 && (json["errors"] as? [Any])?.count == 1)
      #expect(json["shape"] as? [Int] == [8, 30] && json["set"] as? String == "ser15")
      #expect((counts["classes"] as? [String: Int]) == ["noise": 4, "tone": 4])
      #expect(json["files"] as? [String] == ["out/f.csv", "out/errors.csv"])
      let rows = try lines(folder.appendingPathComponent("out/f.csv"))
      #expect(rows.count == 9 && rows[0].hasPrefix("filename,mfcc1_mean,mfcc1_std,"))
      #expect(rows[0].hasSuffix(",rms_mean,rms_std,label"))
      #expect(rows[1].hasPrefix("sounds/noise/0-x1-a.wav,") && rows[1].hasSuffix(",noise"))
      #expect(rows[8].hasPrefix("sounds/tone/3-x0-a.wav,") && rows[8].hasSuffix(",tone"))
      let errors = try lines(folder.appendingPathComponent("out/errors.csv"))
      #expect(errors.count == 2 && errors[0] == "filename,error")
      #expect(errors[1].hasPrefix("sounds/noise/text.wav,") && errors[1].contains("not a sound"))
      // What is mended does not stay in the list.
      try FileManager.default.removeItem(
        at: folder.appendingPathComponent("sounds/noise/text.wav"))
      try MienProcess.run("features", "--set", "ser15", "sounds", "--out", "out/f.csv", in: folder)
      let isThere = FileManager.default.fileExists(
        atPath: folder.appendingPathComponent("out/errors.csv").path)
      #expect(!isThere)
    }
  }

  @Test("any number of workers writes the same bytes", arguments: ["gtzan58.csv", "logmel.npy"])
  func workers(_ name: String) throws {
    try withSounds { folder in
      var files: [Data] = []
      for workers in ["1", "2", "5"] {
        let out = "\(workers)/\(name)"
        let outcome = try MienProcess.run(
          "features", "--set", String(name.prefix { $0 != "." }), "sounds", "--out", out,
          "--workers", workers, in: folder)
        #expect(outcome.code == 0, "\(outcome.errors)")
        files.append(try Data(contentsOf: folder.appendingPathComponent(out)))
      }
      #expect(files[0] == files[1] && files[0] == files[2] && files[0].count > 1000)
    }
  }

  @Test("an array has its names beside it, classes from a field of the name")
  func array() throws {
    try withSounds { folder in
      let outcome = try MienProcess.run(
        "features", "--set", "series", "--class", "field:2", "sounds/tone", "sounds/noise",
        "--out", "a.npy", in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      let head = try Data(contentsOf: folder.appendingPathComponent("a.npy")).prefix(128)
      #expect(String(decoding: head, as: UTF8.self).contains("(8, 128, 20)"))
      let json = try object(
        String(contentsOf: folder.appendingPathComponent("a.json"), encoding: .utf8))
      #expect(json["axes"] as? [String] == ["sound", "frame", "descriptor"])
      #expect(json["shape"] as? [Int] == [8, 128, 20])
      let rows = try #require(json["rows"] as? [[String: String]])
      #expect(
        rows.map { $0["label"] } == Array(repeating: "x0", count: 4)
          + Array(repeating: "x1", count: 4))
      #expect(rows[0]["filename"] == "sounds/tone/0-x0-a.wav")
    }
  }

  @Test("a corpus's names say the class, other names say none")
  func corpus() throws {
    try withSounds { folder in
      let tone = folder.appendingPathComponent("sounds/tone/0-x0-a.wav")
      let angry = folder.appendingPathComponent("Actor_07/03-01-05-01-01-02-07.wav")
      try FileManager.default.createDirectory(
        at: angry.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.copyItem(at: tone, to: angry)
      try MienProcess.run(
        "features", "--set", "ser15", "--class", "ravdess", "Actor_07", "sounds/tone/0-x0-a.wav",
        "--out", "f.csv", in: folder)
      let rows = try lines(folder.appendingPathComponent("f.csv"))
      #expect(rows.count == 3 && rows[1].hasSuffix(",angry") && rows[2].hasSuffix(","))
    }
  }

  @Test("figures: the distributions, and the first sound of each class")
  func figures() throws {
    try withSounds { folder in
      let outcome = try MienProcess.run(
        "features", "--set", "ravdess60", "sounds", "--out", "f.csv", "--plot", "figures", "--json",
        in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      let names = try FileManager.default.contentsOfDirectory(
        atPath: folder.appendingPathComponent("figures").path
      ).sorted()
      let stems = ["distributions", "sound-0-x0-a", "sound-0-x1-a"]
      #expect(names == stems.flatMap { ["\($0).png", "\($0).svg"] })
    }
  }

  @Test("without a single sound the command fails, as does a request that makes no sense")
  func failures() throws {
    try withSounds { folder in
      try MienProcess.expectFailure(
        ["features", "--set", "ser15", "--out", "f.csv", "sounds/noise/text.wav"], in: folder,
        code: 65, words: ["text.wav", "not a sound"])
      try MienProcess.expectFailure(
        ["features", "--set", "ser15", "--out", "f.csv", "gone.wav"], in: folder, code: 66,
        words: ["gone.wav"])
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("none"), withIntermediateDirectories: true)
      try MienProcess.expectFailure(
        ["features", "--set", "ser15", "--out", "f.csv", "none"], in: folder, code: 66,
        words: ["none", "sounds"])
      try MienProcess.expectFailure(
        ["features", "--set", "logmel", "--out", "f.csv", "sounds"], in: folder, code: 64,
        words: ["--out", ".npy"])
      try MienProcess.expectFailure(
        ["features", "--set", "ser", "--out", "f.csv", "sounds"], in: folder, code: 64,
        words: ["--set", "ser15"])
      try MienProcess.expectFailure(
        ["features", "--set", "ser15", "--class", "field:0", "--out", "f.csv", "sounds"],
        in: folder, code: 64, words: ["--class", "field:N", "ravdess"])
      try MienProcess.expectFailure(
        ["features", "--set", "ser15", "--class", "field:99", "--out", "f.csv", "sounds"],
        in: folder, code: 64, words: ["has no field 99", "--class"])
      let isThere = FileManager.default.fileExists(
        atPath: folder.appendingPathComponent("f.csv").path)
      #expect(!isThere)
    }
  }
}
