import AudioFeatures
import Foundation
import TensorCore
import TestSupport
import Testing

@Suite struct FeatureSetTests {
  private func sound(_ name: String = "mixture") throws -> AudioClip {
    try #require(TestSounds.named(name))
  }

  @Test("a set has the columns that its name promises, each name once")
  func columns() throws {
    for (name, count) in [("ser15", 30), ("ravdess60", 60), ("gtzan58", 58)] {
      let set = try #require(FeatureSetRegistry.named(name))
      let columns = try #require(set.columns)
      #expect(columns.count == count && Set(columns).count == count && set.shape == [count])
    }
    #expect(FeatureSetRegistry.named("logmel")?.shape == [64, 128])
    #expect(FeatureSetRegistry.named("series")?.shape == [128, 20])
    #expect(FeatureSetRegistry.named("mel") == nil)
  }

  @Test(
    "gtzan58 has the columns of GTZAN's table in its order",
    .enabled(if: Golden.hasData, "needs ../shared/data"))
  func gtzanHeader() throws {
    let table = Golden.data.appendingPathComponent("gtzan/features_30_sec.csv")
    let header = try String(contentsOf: table, encoding: .utf8).prefix { !$0.isNewline }
    #expect(
      ["filename"] + (FeatureSetRegistry.named("gtzan58")?.columns ?? []) + ["label"]
        == header.split(separator: ",").map(String.init))
  }

  @Test("every set says something finite of every sound: long, brief, silent, one sample")
  func everySound() throws {
    var clips = try ["mixture", "noise", "brief", "clicks"].map { try sound($0) }
    clips.append(AudioClip(samples: [Float](repeating: 0, count: 30000), sampleRate: 16000))
    clips.append(AudioClip(samples: [0.5], sampleRate: 44100))
    clips.append(AudioClip(samples: [Float](repeating: 0.3, count: 9000), sampleRate: 96000))
    for clip in clips {
      for set in FeatureSetRegistry.all {
        let features = try set.extract(from: clip)
        #expect(features.count == set.shape.count)
        let areFinite = features.allSatisfy { $0.isFinite }
        #expect(areFinite, "\(set.name) of \(clip.samples.count) samples")
      }
    }
  }

  @Test("figures are those of the frames: mean, deviation, skewness and the rest")
  func figures() throws {
    let clip = try sound("noise")
    let rates = SoundAnalysis(clip).zeroCrossingRate().row(0).map(Double.init)
    let mean = rates.reduce(0, +) / Double(rates.count)
    func moment(_ power: Double) -> Double {
      rates.reduce(0) { $0 + pow($1 - mean, power) } / Double(rates.count)
    }
    let variance = moment(2)
    let set = try #require(FeatureSetRegistry.named("ravdess60"))
    let columns = try #require(set.columns)
    let features = try set.extract(from: clip)
    let first = try #require(columns.firstIndex(of: "zero_crossing_rate_mean"))
    #expect(
      Array(columns[first..<first + 6])
        == ["mean", "std", "min", "max", "skewness", "kurtosis"].map { "zero_crossing_rate_\($0)" })
    let expected = [
      mean, variance.squareRoot(), rates.min() ?? 0, rates.max() ?? 0,
      moment(3) / pow(variance, 1.5), moment(4) / (variance * variance) - 3,
    ]
    for (found, expected) in zip(features[first...], expected) {
      expectClose([found], [expected], relative: 1e-5)
    }
  }

  @Test("an image is the middle of a long sound, a brief one stands between silence")
  func images() throws {
    let set = try #require(FeatureSetRegistry.named("logmel"))
    let middle = try #require(set.sampleCount)
    var long = AudioClip(samples: [Float](repeating: 0, count: middle + 2000), sampleRate: 22050)
    for index in 0..<middle {
      long.samples[1000 + index] = Float(TestSounds.sine(index, 900, 22050))
    }
    let cut = AudioClip(samples: Array(long.samples[1000..<1000 + middle]), sampleRate: 22050)
    let (whole, middlePart) = (try set.extract(from: long), try set.extract(from: cut))
    #expect(whole == middlePart)
    let brief = AudioClip(samples: Array(cut.samples.prefix(2000)), sampleRate: 22050)
    let image = try set.extract(from: brief)
    #expect(image.max() == 0 && image.min() == -80)
    // Row 0, the first and the last frame: silence.
    #expect(image[0] == -80 && image[127] == -80)
  }

  @Test("the long image has the mean power of three frames in a column")
  func longImage() throws {
    let set = try #require(FeatureSetRegistry.named("logmel-long"))
    let count = try #require(set.sampleCount)
    #expect(set.shape == [64, 128] && abs(Double(count) / 22050 - 8.89) < 0.01)
    #expect(set.secondsPerFrame == 3 * 512 / 22050.0)
    var random = RandomStream(seed: 5)
    let clip = AudioClip(
      samples: (0..<count).map { index in
        Float(TestSounds.sine(index, 200 + Double(index) / 100, 22050)) + 0.01
          * Float(random.normal())
      }, sampleRate: 22050)
    let mel = SoundAnalysis(clip).mel(bands: 64)
    let power = (0..<64 * 128).map { place -> Double in
      let (band, column) = place.quotientAndRemainder(dividingBy: 128)
      return mel.row(band)[3 * column..<3 * column + 3].reduce(0.0) { $0 + Double($1) } / 3
    }
    let loudest = try #require(power.max())
    expectClose(
      try set.extract(from: clip), power.map { max(-80, 10 * log10($0 / loudest)) }, absolute: 1e-3)
  }

  @Test("contrast needs its six octaves, slopes need nine frames")
  func unfit() throws {
    let set = try #require(FeatureSetRegistry.named("ravdess60"))
    let low = AudioClip(samples: [Float](repeating: 0.1, count: 9000), sampleRate: 8000)
    #expect {
      try set.extract(from: low)
    } throws: {
      "\($0)".contains("8000 samples a second") && "\($0)".contains("12800")
    }
    let brief = try sound("brief")
    #expect(throws: AudioError.self) { try SoundAnalysis(brief).mfcc(20).deltas() }
    #expect(throws: AudioError.self) {
      try FeatureSetRegistry.named("ser15")?.extract(from: AudioClip(samples: [], sampleRate: 8000))
    }
  }

  @Test("a transform is of a power of two, and hops within it")
  func transforms() throws {
    let transform = try ShortTimeFourier(length: 512, hop: 128)
    #expect(transform.bins == 257)
    for (length, hop) in [(500, 100), (8, 2), (512, 0), (512, 513), (1 << 17, 512)] {
      #expect(throws: SettingError.self) { try ShortTimeFourier(length: length, hop: hop) }
    }
  }

  @Test("a tone is one line in the spectrum, with librosa's scale", arguments: [512, 2048])
  func tone(_ length: Int) throws {
    let transform = try ShortTimeFourier(length: length, hop: length / 4)
    let bin = 20
    let samples = (0..<8 * length).map { index in
      Float(cos(2 * Double.pi * Double(bin * index) / Double(length)))
    }
    let spectrum = transform.spectrum(of: samples)
    let magnitudes = spectrum.magnitudes
    let frame = 10
    // Hann's window of a cosine of 1: a quarter of the length, half of it beside, nothing elsewhere.
    let found = (bin - 3...bin + 3).map { magnitudes[$0, frame] / Float(length) }
    expectClose(found, [0, 0, 0.125, 0.25, 0.125, 0, 0], absolute: 1e-6)
    #expect(abs(spectrum[bin, frame].real / Float(length)) <= 0.2501)
    expectClose(
      transform.power(of: samples).row(bin), magnitudes.row(bin).map { $0 * $0 }, relative: 1e-5)
  }
}
