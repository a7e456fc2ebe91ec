import AudioFeatures
import Datasets
import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Mien

@Suite("Sound predictor") struct SoundPredictorTests {
  @Test("windows begin every hop as long as they fit, and the last ends with the sound")
  func ranges() {
    func starts(_ length: Double, _ hop: Double?, samples: Int) -> [Range<Int>] {
      SoundPredictor.Windows(length: length, hop: hop).ranges(samples: samples, rate: 10)
    }
    #expect(starts(3, 1, samples: 50) == [0..<30, 10..<40, 20..<50])
    #expect(starts(3, 1, samples: 55) == [0..<30, 10..<40, 20..<50, 25..<55])
    // What is new in it would be less than half a hop.
    #expect(starts(3, 1, samples: 54) == [0..<30, 10..<40, 20..<50])
    #expect(starts(2, nil, samples: 40) == [0..<20, 20..<40])
    #expect(starts(3, 5, samples: 100) == [0..<30, 50..<80, 70..<100])
    #expect(starts(3, 1, samples: 30) == [0..<30])
    #expect(starts(3, 1, samples: 7) == [0..<7])
    // A hop of 2.25 samples does not drift.
    let fine = SoundPredictor.Windows(length: 1, hop: 0.225).ranges(samples: 60, rate: 10)
    #expect(fine[4].lowerBound == 9 && fine[16].lowerBound == 36 && fine.last == 50..<60)
  }

  @Test("mean and majority; of equal counts the greater mean decides") func summaries() throws {
    let file = try #require(
      FoundFile.find([URL(fileURLWithPath: "a.wav")], extensions: []).first)
    func answer(_ rows: [[Float]]) -> SoundAnswer {
      SoundAnswer(
        file: file, duration: 1,
        stretches: rows.map { HeardStretch(seconds: 0...1, probabilities: $0) })
    }
    let two = answer([[0.6, 0.4, 0], [0.1, 0.9, 0]])
    expectClose(two.summary?.mean ?? [], [0.35, 0.65, 0], absolute: 1e-6)
    #expect(two.summary?.majority == 1 && two.summary?.counts == [1, 1, 0])
    let three = answer([[0.6, 0.4, 0], [0.6, 0.4, 0], [0, 1, 0]])
    #expect(three.summary?.majority == 0 && three.summary?.counts == [2, 1, 0])
    #expect(three.summary?.label == 1)
    #expect(answer([]).summary == nil)
  }

  @Test("the part of a sound that a row is made of, in seconds") func parts() throws {
    let rate = 22_050
    func clip(_ seconds: Double, silence: Double = 0) -> AudioClip {
      var random = RandomStream(seed: 3)
      let quiet = [Float](repeating: 0, count: Int(silence * Double(rate)))
      let loud = (0..<Int(seconds * Double(rate))).map { _ in 0.1 * Float(random.normal()) }
      return AudioClip(samples: quiet + loud + quiet, sampleRate: rate)
    }
    let plain = try SoundReader(SoundInput(features: "logmel"), for: "test")
    let length = Double(127 * 512) / Double(rate)
    // The middle of a longer sound, silence around a shorter one.
    let long = try plain.part(of: clip(10))
    #expect(abs(long.lowerBound - (10 - length) / 2) < 1e-4)
    #expect(abs(long.upperBound - (10 + length) / 2) < 1e-4)
    let short = try plain.part(of: clip(1))
    #expect(abs(short.lowerBound + (length - 1) / 2) < 1e-4)
    // Silence before and behind is cut away first, to frames of 512 samples.
    var input = SoundInput(features: "ser15")
    input.conversion.trim = 40
    let cut = try SoundReader(input, for: "test").part(of: clip(1, silence: 2))
    #expect(abs(cut.lowerBound - 2) < 0.06 && abs(cut.upperBound - 3) < 0.1)
  }

  @Test("a reader makes of a sound what the set makes of it, without its length")
  func reader() throws {
    let reader = try SoundReader(SoundInput(features: "ravdess60"), for: "test")
    #expect(reader.kind == "table" && reader.columns == reader.features.columns)
    let music = try #require(FeatureSetRegistry.named("gtzan58")?.columns)
    let known = try #require(SoundReader(columns: music.filter { $0 != "length" }))
    #expect(
      known.features.name == "gtzan58"
        && known.shape == [music.count - (music.contains("length") ? 1 : 0)])
    #expect(SoundReader(columns: ["x"]) == nil)
    let logmel = try SoundReader(SoundInput(features: "logmel"), for: "test")
    #expect(logmel.kind == "spectrogram" && logmel.shape == [64, 128, 1])
    let series = try SoundReader(SoundInput(features: "series"), for: "test")
    #expect(series.kind == "series" && series.shape == [128, 20])
    let error = try #require(throws: DatasetError.self) {
      try SoundReader(SoundInput(features: "none"), for: "net.safetensors")
    }
    #expect(error.description.contains("net.safetensors") && error.description.contains("logmel"))
  }

  @Test("the way from a sound to an input is kept beside the weights, and read again")
  func configuration() throws {
    var input = InputConfiguration(
      kind: "spectrogram", shape: [64, 128, 1],
      normalisation: Normalisation(
        mean: ChannelValues(-40), standardDeviation: ChannelValues(12), unit: 1))
    input.sound = SoundInput(features: "logmel")
    input.sound?.conversion.trim = 30
    input.sound?.conversion.loudness = .rms(decibels: -20)
    let data = try JSONEncoder().encode(input)
    #expect(try JSONDecoder().decode(InputConfiguration.self, from: data) == input)
    #expect(input.sound?.words.contains("level brought to -20.0 dB") == true)
  }
}
