import AudioFeatures
import Foundation
import Imaging
import TestSupport
import Testing

/// What `mien explain --json` prints of sounds and tables.
private struct Explained: Decodable {
  struct Class: Decodable {
    var weights: [Double]
    var slopes: [Double]?
    var r2, local_prediction: Double?
  }
  struct Part: Decodable {
    var frames: [Int]
    var bands: [Int]?
    var columns: [String]?
    var seconds, hertz: [Double]?
  }
  struct Column: Decodable {
    var name: String
    var value, deviations: Double
  }
  var path, method, label: String
  var probability: Double
  var classes: [String: Class]
  var parts: [Part]?
  var columns: [Column]?
  var heard: [Double]?
  var files: [String]
}

@Suite("mien explain of sounds and tables", .serialized) struct ExplainSoundTests {
  /// Made-up speech, prepared as `features` and learnt for an epoch.
  private func withRun(
    _ features: String, layers: String, _ body: (URL) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      try Data(
        """
        {"model": {"layers": [\(layers)]}, "batch_size": 16, "tensorboard": false}
        """.utf8
      ).write(to: folder.appendingPathComponent("model.json"))
      for words in [
        "synthesize --kind speech --rows 48 --groups 4 --out speech",
        "prepare speech --out data --features \(features) --test-groups 4",
        "train --data data --run run --config model.json --epochs 1",
      ] {
        let outcome = try MienProcess.start(
          words.split(separator: " ").map { String($0) }, in: folder
        ).finish()
        try #require(outcome.code == 0, "\(words): \(outcome.errors)")
      }
      try body(folder)
    }
  }

  private func explained(_ folder: URL, _ arguments: String...) throws -> [Explained] {
    let outcome = try MienProcess.start(
      ["explain", "--checkpoint", "run", "--json", "--out", "why"] + arguments, in: folder
    ).finish()
    try #require(outcome.code == 0, "\(arguments): \(outcome.errors)")
    return try outcome.output.split(separator: "\n").map {
      try JSONDecoder().decode(Explained.self, from: Data($0.utf8))
    }
  }

  /// The first of the made-up sounds.
  private func sound(in folder: URL) throws -> URL {
    let files = try FileManager.default.subpathsOfDirectory(
      atPath: folder.appendingPathComponent("speech").path)
    return folder.appendingPathComponent(
      "speech/" + (try #require(files.filter { $0.hasSuffix(".wav") }.min())))
  }

  /// How wide the first picture of an explanation is, in pixels.
  private func width(of explained: Explained, in folder: URL) throws -> Int {
    let file = folder.appendingPathComponent(try #require(explained.files.first))
    return try ImageFile.decode(contentsOf: file).rgb().width
  }

  private static let convolution =
    #"{"layer": "conv2d", "filters": 4, "kernel": 3, "padding": 1}, {"layer": "relu"}, "#
    + #"{"layer": "max_pool2d", "size": 8}, {"layer": "flatten"}, {"layer": "dense", "units": 8}"#
  private static let dense =
    #"{"layer": "dense", "units": 12}, {"layer": "relu"}, {"layer": "dense", "units": 8}"#

  @Test("a spectrogram: patches of time and frequency, of a row, a file and a stretch of it")
  func spectrograms() throws {
    try withRun("logmel", layers: Self.convolution) { folder in
      let rows = ["--data", "data", "--split", "test"]
      let row = try explained(folder, "--data", "data", "--split", "test", "--index", "1")[0]
      let parts = try #require(row.parts)
      #expect(parts.count == 64 && row.columns == nil)
      #expect(row.classes.values.allSatisfy { $0.weights.count == 64 && $0.slopes == nil })
      #expect(parts[0].bands == [0, 8] && parts[0].frames == [0, 16])
      #expect(parts[63].bands == [56, 64] && parts[63].frames == [112, 128])
      let hertz = try #require(parts[63].hertz)
      #expect(hertz[0] > 6000 && hertz[1] < 11025 && (parts[0].hertz?[1] ?? 0) < 500)
      expectClose(
        try #require(parts[8].seconds), [0, 15.5 * 512 / 22050], absolute: 1e-9)
      #expect(try width(of: row, in: folder) == 1560)

      let file = try sound(in: folder)
      // Three times the sound, so that there is a choice of stretches.
      var clip = try AudioFile.read(file, rate: nil)
      clip.samples += clip.samples + clip.samples
      let long = folder.appendingPathComponent("long.wav")
      try AudioFile.write(clip, to: long)
      let middle = try explained(folder, "--sound", long.path, "--samples", "200")[0]
      let usual = (clip.duration - 127 * 512.0 / 22050) / 2
      let begins = try #require(middle.parts?[0].seconds?[0])
      if usual > 0 { expectClose([begins], [usual], absolute: 0.01) }
      let later = try explained(folder, "--sound", long.path, "--at", "0.5", "--samples", "200")[0]
      expectClose([try #require(later.parts?[0].seconds?[0])], [0.5], absolute: 0.01)
      #expect(later.probability != middle.probability)

      // Too near the end the stretch ends with the recording, and that is said.
      let length = 127 * 512.0 / 22050
      let end = try MienProcess.start(
        [
          "explain", "--checkpoint", "run", "--json", "--out", "why", "--samples", "150", "--sound",
          long.path, "--at", String(format: "%.3f", clip.duration - 0.5),
        ], in: folder
      ).finish()
      let last = try JSONDecoder().decode(Explained.self, from: Data(end.output.utf8))
      expectClose(
        try #require(last.heard), [clip.duration - length, clip.duration], absolute: 0.01)
      #expect(end.errors.contains("so that what is heard ends with the recording"))
      // Around a short sound is silence, which nobody heard.
      clip.samples = Array(clip.samples[..<clip.sampleRate])
      let short = folder.appendingPathComponent("short.wav")
      try AudioFile.write(clip, to: short)
      for place in [[], ["--at", "0.4"]] {
        let padded = try MienProcess.start(
          [
            "explain", "--checkpoint", "run", "--json", "--out", "why", "--samples", "150",
            "--sound", short.path,
          ] + place, in: folder
        ).finish()
        let found = try JSONDecoder().decode(Explained.self, from: Data(padded.output.utf8))
        expectClose(try #require(found.heard), [0, 1], absolute: 0.01)
        #expect(try #require(found.parts?[0].seconds?[0]) < -0.9)
        #expect(padded.errors.contains("hatched in the picture"), "\(padded.errors)")
      }

      for baseline in ["silence", "training-mean", "picture-mean"] {
        let found = try explained(
          folder, "--data", "data", "--split", "test", "--index", "1", "--samples", "150",
          "--baseline", baseline)
        let settings = try JSONSerialization.jsonObject(
          with: Data(contentsOf: folder.appendingPathComponent("why/test-1-lime.json")))
        let said = (settings as? [String: Any])?["settings"] as? [String: Any]
        #expect(found.count == 1 && said?["baseline"] as? String == baseline)
        #expect(said?["segments"] as? String == "grid")
      }
      let all = try explained(
        folder, "--data", "data", "--split", "test", "--limit", "2", "--method", "all",
        "--segments", "slic", "--parts", "20")
      #expect(all.count == 12 && Set(all.map(\.method)).count == 6)
      for name in ["mean-lime.png", "mean-grad-cam.png"] {
        #expect(
          FileManager.default.fileExists(atPath: folder.appendingPathComponent("why/\(name)").path))
      }
      let judged = try MienProcess.start(
        [
          "explain", "--judge", "--checkpoint", "run", "--method", "occlusion", "--limit", "2",
          "--out", "trust",
        ]
          + rows, in: folder
      ).finish()
      #expect(judged.code == 0, "\(judged.errors)")
      for (words, said) in [
        (["--image", "a.png"], "give a recording with --sound"),
        (["--sound", long.path, "--at", "999"], "choose a place before"),
        (rows + ["--segments", "regions"], "choose --segments grid or slic"),
        (rows + ["--at", "1"], "--at is for --sound"),
        (["--sound", long.path, "--judge"], "--judge takes rows"),
      ] {
        let outcome = try MienProcess.start(
          ["explain", "--checkpoint", "run", "--out", "why"] + words, in: folder
        ).finish()
        #expect(outcome.code != 0 && outcome.errors.contains(said), "\(outcome.errors)")
      }
    }
  }

  @Test("a table: a bar a column, effects and slopes, from rows and from sounds")
  func tables() throws {
    try withRun("ser15", layers: Self.dense) { folder in
      let row = try explained(folder, "--data", "data", "--split", "test", "--index", "0")[0]
      let columns = try #require(row.columns)
      #expect(columns.count == 30 && columns[0].name == "mfcc1_mean" && row.parts == nil)
      for found in row.classes.values {
        let slopes = try #require(found.slopes)
        expectClose(
          found.weights, zip(slopes, columns).map { $0 * $1.deviations }, absolute: 1e-6)
      }
      #expect(try width(of: row, in: folder) == 1560)
      let file = try sound(in: folder)
      #expect(try explained(folder, "--sound", file.path)[0].columns?.count == 30)
      let both = try explained(
        folder, "--data", "data", "--split", "test", "--limit", "3", "--method", "all")
      #expect(both.map(\.method) == (0..<3).flatMap { _ in ["lime", "kernel-shap"] })
      let means = try ["mean-lime", "mean-kernel-shap"].map {
        try ImageFile.decode(contentsOf: folder.appendingPathComponent("why/\($0).png")).rgb()
      }
      #expect(means.allSatisfy { $0.width >= 1280 })
      // The row and both methods, three drawings of 300 units.
      #expect(try width(of: both[0], in: folder) == 2008)
      let rows = ["--data", "data", "--split", "test", "--index", "0"]
      for (words, said) in [
        (["--method", "grad-cam"], "choose lime, kernel-shap"),
        (["--segments", "grid"], "leave out --segments"), (["--parts", "9"], "leave out --parts"),
        (["--baseline", "silence"], "no silence"),
        (["--baseline", "picture-mean"], "leave out --baseline"),
        (["--kernel", "cosine"], "leave out --kernel"),
        (["--samples", "auto"], "give a number"),
      ] {
        let outcome = try MienProcess.start(
          ["explain", "--checkpoint", "run", "--out", "why"] + rows + words, in: folder
        ).finish()
        #expect(outcome.code == 64 && outcome.errors.contains(said), "\(outcome.errors)")
      }
      let judged = try MienProcess.start(
        [
          "explain", "--judge", "--checkpoint", "run", "--out", "why", "--data", "data", "--split",
          "test",
        ],
        in: folder
      ).finish()
      #expect(judged.code == 64 && judged.errors.contains("--judge is for"), "\(judged.errors)")
    }
  }

  @Test("a series: stretches of time by groups of numbers, with their names")
  func series() throws {
    try withRun(
      "series", layers: #"{"layer": "flatten"}, {"layer": "dense", "units": 8}"#
    ) { folder in
      let row = try explained(folder, "--data", "data", "--split", "test", "--index", "1")[0]
      let parts = try #require(row.parts)
      #expect(parts.count == 64 && parts[0].columns?.first == "mfcc1" && parts[0].bands == nil)
      #expect(parts[63].frames == [112, 128] && parts[63].columns?.last == "onset_strength")
      let outcome = try MienProcess.start(
        [
          "explain", "--checkpoint", "run", "--out", "why", "--data", "data", "--split", "test",
          "--index", "1", "--method", "integrated-gradients",
        ], in: folder
      ).finish()
      #expect(outcome.code == 64 && outcome.errors.contains("choose lime"), "\(outcome.errors)")
    }
  }
}
