import Foundation
import TestSupport
import Testing

@testable import Mien

@Suite("The checkpoints that come with Mien")
struct ReleasedCheckpointTests {
  @Test("the network of voices learnt from actors 1 to 16, and hears a sound as it is")
  func voices() throws {
    let checkpoint = try Checkpoint(at: Project.root.appendingPathComponent("checkpoints/ravdess"))
    #expect(
      checkpoint.classes == [
        "neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised",
      ])
    #expect(checkpoint.input.sound?.features == "logmel" && checkpoint.temperature != nil)
    let voice = AudioClip(
      samples: (0..<64_000).map { 0.2 * sin(2 * .pi * 180 * Float($0) / 16_000) },
      sampleRate: 16_000)
    let heard = try SoundPredictor([checkpoint]).stretches(of: voice)
    #expect(heard.count == 1 && abs(heard[0].probabilities.reduce(0, +) - 1) < 1e-5)
    let windows = SoundPredictor.Windows(length: 1)
    let noise = AudioClip(
      samples: voice.samples.enumerated().map { $0.offset % 7 == 0 ? 0.3 : -$0.element },
      sampleRate: 16_000)
    let timeline = try SoundPredictor([checkpoint], windows: windows).stretches(of: noise)
    #expect(timeline.count == 4 && timeline[0].probabilities != heard[0].probabilities)
    let card = try String(
      contentsOf: Project.root.appendingPathComponent("checkpoints/ravdess/MODEL_CARD.md"),
      encoding: .utf8)
    #expect(card.contains("reported on test (240 rows of 4 others)"))
    #expect(card.contains("No speaker stands on two sides."))
  }

  @Test("the network of music is three in one, and hears a song as it is") func music() throws {
    let checkpoint = try Checkpoint(at: Project.root.appendingPathComponent("checkpoints/music"))
    #expect(checkpoint.classes == ["blues", "electronic", "jazz"])
    #expect(checkpoint.input.sound?.features == "logmel-long" && checkpoint.temperature != nil)
    #expect(checkpoint.configuration.model.title == "a sum of 3 networks")
    let rate = 22050
    // Two notes in turn, half a second each.
    let tune = AudioClip(
      samples: (0..<10 * rate).map { sample in
        let frequency: Float = sample / (rate / 2) % 2 == 0 ? 220 : 330
        return 0.3 * sin(2 * .pi * frequency * Float(sample) / Float(rate))
      }, sampleRate: rate)
    let heard = try SoundPredictor([checkpoint]).stretches(of: tune)
    #expect(heard.count == 1 && abs(heard[0].probabilities.reduce(0, +) - 1) < 1e-5)
    let card = try String(
      contentsOf: Project.root.appendingPathComponent("checkpoints/music/MODEL_CARD.md"),
      encoding: .utf8)
    #expect(card.contains("76.6 % ± 2.8") && card.contains("No artist stands on two sides."))
  }

  @Test("it is found below the working folder, around the program, or installed beside it")
  func places() throws {
    try withTemporaryFolder { folder in
      func make(_ path: String) throws -> URL {
        let url = folder.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        return url
      }
      let (working, bin) = (try make("work"), try make("prefix/bin"))
      let program = bin.appendingPathComponent("mien")
      func find() throws -> String {
        try Checkpoint.releasedFolder(from: working, program: program).standardizedFileURL.path
      }
      #expect(throws: FileError.self) { try find() }
      let installed = try make("prefix/share/mien/\(Checkpoint.released)")
      #expect(try find() == installed.standardizedFileURL.path)
      let own = try make("work/\(Checkpoint.released)")
      #expect(try find() == own.standardizedFileURL.path)
      // A checkout, asked from elsewhere.
      let (build, checkout) = (
        try make("checkout/.build/x/release"), try make("checkout/\(Checkpoint.released)")
      )
      let found = try Checkpoint.releasedFolder(
        from: folder, program: build.appendingPathComponent("mien"))
      #expect(found.standardizedFileURL.path == checkout.standardizedFileURL.path)
    }
  }
}
