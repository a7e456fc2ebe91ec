import AudioFeatures
import TensorCore
import TestSupport
import Testing

@testable import Datasets

@Suite("Quality of sounds") struct SoundQualityTests {
  @Test("level, peak, length and rate are the sound's") func measures() {
    let sine = SoundMeasures(SoundFixtures.sine(100, seconds: 0.5, amplitude: 0.5))
    expectClose(
      [sine.seconds, sine.peak, sine.level], [0.5, 0.5, 20 * -0.4515], absolute: 2e-3)
    #expect(sine.sampleRate == 16_000 && sine.channels == 1)
    #expect(!sine.isSilent && !sine.isClipped)
    let source = AudioClip.Source(
      format: "WAV", encoding: "16 bit", channels: 2, sampleRate: 48_000, frames: 10)
    let stereo = SoundMeasures(AudioClip(samples: [0.1], sampleRate: 16_000, source: source))
    #expect(stereo.sampleRate == 48_000 && stereo.channels == 2)
  }

  @Test("silence is what lies below -60 dB") func silence() {
    #expect(SoundMeasures(AudioClip(samples: [0, 0], sampleRate: 8000)).isSilent)
    #expect(SoundMeasures(SoundFixtures.noise(1, amplitude: 0.0009)).isSilent)
    #expect(!SoundMeasures(SoundFixtures.noise(1, amplitude: 0.0011)).isSilent)
    // A short sound in a long silence is a sound.
    var rare = SoundFixtures.noise(1, seconds: 10, amplitude: 1e-5)
    for i in 8000..<8800 { rare.samples[i] *= 1000 }
    #expect(SoundMeasures(rare).level < -60 && !SoundMeasures(rare).isSilent)
  }

  @Test("cut peaks are found, loud sounds that are whole are not") func clipping() {
    func clipped(_ samples: [Float]) -> Int {
      SoundMeasures(AudioClip(samples: samples, sampleRate: 8000)).clippedSamples
    }
    let loud = SoundFixtures.sine(100, amplitude: 2)
    let cut = loud.samples.map { min(max($0, -1), 32767 / 32768) }
    #expect(clipped(cut) > 1000)
    #expect(clipped(SoundFixtures.sine(440, amplitude: 0.9999).samples) == 0)
    #expect(clipped([0, 1, 1, 1, 0, -1, -1, 0]) == 3)
    #expect(clipped([1, 1, -1, -1, 1, 1]) == 0)
    #expect(clipped([0, -1, -1, -1]) == 3)
    // Flat, but far below full scale: no converter's limit.
    #expect(clipped([0, 0.5, 0.5, 0.5, 0.5, 0]) == 0)
    #expect(clipped([]) == 0)
  }

  @Test("odd lengths are those far from the others of their corpus") func lengths() {
    func measures(_ seconds: Double) -> SoundMeasures {
      SoundMeasures(SoundFixtures.noise(1, seconds: seconds, rate: 1000))
    }
    let lengths = (0..<40).map { 3 + Double($0 % 9) / 10 } + [0.2, 9] + [9, 9.1, 9.2, 9.3]
    let corpora = [String](repeating: "a", count: 42) + [String](repeating: "b", count: 4)
    let found = SoundFindings(
      lengths.map(measures), rows: lengths.indices.map { 100 + $0 }, corpora: corpora)
    #expect(found.oddLengths == .init([140, 141]))
    #expect(found.seconds.minimum == 0.2 && found.seconds.maximum == 9.3)
    #expect(found.sampleRates == ["1000": 46] && found.channels == ["1": 46])
    expectClose(
      [
        SoundFindings.quantile([1, 2, 4, 8], 0.25), SoundFindings.quantile([1, 2, 4, 8], 0.5),
        SoundFindings.quantile([5], 0.9),
      ], [1.75, 3, 5])
  }

  /// Rows of four classes in 10 groups, in turn.
  private func rule(_ value: (_ row: Int, _ label: Int) -> Double, rows: Int = 400) -> OneRule? {
    let labels = (0..<rows).map { $0 % 4 }
    return OneRule(
      "x", values: labels.enumerated().map { value($0.offset, $0.element) }, labels: labels,
      classCount: 4, groups: (0..<rows).map { $0 / 4 % 10 })
  }

  @Test("a number that tells the class is found, one that does not is not") func oneRule() throws {
    var random = RandomStream(seed: 8)
    let noise = try #require(rule { _, _ in Double(random.uniform()) })
    #expect(!noise.givesClassAway && noise.skill < 0.1)
    expectClose([noise.chance], [0.25], absolute: 0.02)

    let all = try #require(rule { _, label in label < 2 ? 16_000 : 44_100 })
    #expect(all.givesClassAway && abs(all.accuracy - 0.5) < 0.02)
    let certain = try #require(rule { _, label in Double(label) })
    #expect(certain.accuracy == 1 && certain.skill == 1)
    let weak = try #require(
      rule { _, label in Double(label) * 0.05 + Double(random.uniform()) })
    #expect(weak.skill < 0.2)
    #expect(rule { _, _ in 3 } == nil)
    #expect(rule({ row, _ in Double(row) }, rows: 8) == nil)
  }

  @Test("what only tells groups apart gives nothing away") func groups() throws {
    // Every group has one class and one length, so that the length is as good as the group's name; a
    // rule that has seen the groups it is examined on would be always right.
    let groups = (0..<400).map { $0 % 40 }
    let labels = groups.map { $0 % 4 }
    var random = RandomStream(seed: 2)
    let lengths = (0..<40).map { _ in Double(random.uniform()) }
    let found = try #require(
      OneRule(
        "length", values: groups.map { lengths[$0] }, labels: labels, classCount: 4,
        groups: groups))
    #expect(found.accuracy < 0.5)
  }
}
