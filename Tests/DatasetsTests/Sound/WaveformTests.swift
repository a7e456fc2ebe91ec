import AudioFeatures
import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Datasets

@Suite("Changes of waveforms") struct WaveformTests {
  typealias Changes = WaveformAugmentation

  private func decoded(_ json: String) throws -> Changes {
    try JSONDecoder().decode(Changes.self, from: Data(json.utf8))
  }

  private func changed(_ part: some WaveformPart, _ clip: AudioClip, _ index: Int = 0) throws
    -> AudioClip
  {
    var random = RandomStream(seed: 3).substream(index)
    return try part.change(clip, &random)
  }

  @Test("noise lies as far below the sound as was drawn", arguments: [0, 10, 25] as [Float])
  func noise(ratio: Float) throws {
    let clip = SoundFixtures.sine(440)
    let noisy = try changed(
      Changes.Noise(probability: 1, ratio: Interval(ratio, ratio)), clip)
    let noise = zip(noisy.samples, clip.samples).map { $0 - $1 }
    let measured = 10 * log10(SoundFixtures.power(clip.samples) / SoundFixtures.power(noise))
    #expect(abs(measured - Double(ratio)) < 0.01)
    // White: neighbours have nothing to do with each other.
    let correlation =
      zip(noise, noise.dropFirst()).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      / (SoundFixtures.power(noise) * Double(noise.count))
    #expect(abs(correlation) < 0.05)
  }

  @Test("noise is added as often as asked for, and never to silence") func noiseOften() throws {
    let clip = SoundFixtures.sine(440, seconds: 0.01)
    let part = Changes.Noise(probability: 0.3, ratio: Interval(10, 20))
    let noisy = try (0..<1000).count { try changed(part, clip, $0) != clip }
    #expect(abs(Double(noisy) / 1000 - 0.3) < 0.05)
    let silence = AudioClip(samples: [0, 0, 0, 0], sampleRate: 8000)
    #expect(
      try changed(Changes.Noise(probability: 1, ratio: Interval(10, 10)), silence) == silence)
  }

  @Test("gain multiplies all samples by one factor within its decibels") func gain() throws {
    let clip = SoundFixtures.noise(1)
    var factors: [Double] = []
    for index in 0..<200 {
      let louder = try changed(Changes.Gain(setting: 6), clip, index)
      let factor = Double(louder.samples[10] / clip.samples[10])
      expectClose(louder.samples, clip.samples.map { Double($0) * factor }, relative: 1e-5)
      factors.append(20 * log10(factor))
    }
    #expect((factors.min() ?? 0) > -6.001 && (factors.min() ?? 0) < -5)
    #expect((factors.max() ?? 0) < 6.001 && (factors.max() ?? 0) > 5)
  }

  @Test("a shift loses nothing and stays within its share") func shift() throws {
    let clip = AudioClip(samples: (0..<1000).map { Float($0) }, sampleRate: 8000)
    var shifts: Set<Int> = []
    for index in 0..<300 {
      let shifted = try changed(Changes.Shift(setting: 0.1), clip, index)
      #expect(shifted.samples.sorted() == clip.samples)
      let later = try #require(shifted.samples.firstIndex(of: 0))
      let shift = later > 500 ? later - 1000 : later
      #expect(shifted.samples[(later + 1) % 1000] == 1)
      #expect(abs(shift) <= 100)
      shifts.insert(shift)
    }
    #expect((shifts.min() ?? 0) < -80 && (shifts.max() ?? 0) > 80)
  }

  @Test("stretching changes the length and keeps the pitch", arguments: [0.8, 1.25] as [Float])
  func stretch(factor: Float) throws {
    let clip = SoundFixtures.sine(440, seconds: 1)
    let part = Changes.Stretch(setting: Interval(factor, factor))
    let stretched = try changed(part, clip)
    #expect(stretched.samples.count == Int((16_000 / Double(factor)).rounded()))
    #expect(abs(SoundFixtures.frequency(stretched) / 440 - 1) < 0.01)
    // It sounds to the end.
    #expect(SoundFixtures.power(stretched.samples.suffix(1600)) > 0.05)
  }

  @Test("pitch changes frequencies and keeps the length", arguments: [-4, 3] as [Double])
  func pitch(semitones: Double) throws {
    let clip = SoundFixtures.sine(440, seconds: 1)
    let higher = try clip.stretched(tempo: 1, semitones: semitones)
    #expect(higher.samples.count == clip.samples.count)
    let expected = 440 * pow(2, semitones / 12)
    #expect(abs(SoundFixtures.frequency(higher) / expected - 1) < 0.01)
    #expect(SoundFixtures.power(higher.samples.suffix(1600)) > 0.05)
    let drawn = try (0..<30).map {
      12 * log2(SoundFixtures.frequency(try changed(Changes.Pitch(setting: 2), clip, $0)) / 440)
    }
    #expect(drawn.allSatisfy { abs($0) < 2.2 } && (drawn.max() ?? 0) - (drawn.min() ?? 0) > 1.5)
  }

  @Test("SoundTouch, which is linked, does not make small numbers zero") func smallNumbers() throws
  {
    // Text is read at run time, so that nothing is worked out by the compiler.
    let tiny = try JSONDecoder().decode([Double].self, from: Data("[4e-310, 0.5]".utf8))
    #expect(tiny[0] > 0 && tiny[0] * tiny[1] > 0)
    _ = try SoundFixtures.noise(1, seconds: 0.1).stretched(tempo: 1.1, semitones: 1)
    #expect(tiny[0] * tiny[1] > 0)
  }

  @Test("one sample and a long sound can be stretched, too") func oddLengths() throws {
    let one = AudioClip(samples: [0.5], sampleRate: 8000)
    #expect(try one.stretched(tempo: 0.5, semitones: 0).samples.count == 2)
    #expect(try one.stretched(tempo: 2, semitones: 5).samples.count == 1)
    let long = SoundFixtures.sine(300, seconds: 20)
    #expect(try long.stretched(tempo: 1.1, semitones: 1).samples.count == 290_909)
  }

  @Test("a copy depends on its stream alone, and no two are alike") func streams() throws {
    let clip = SoundFixtures.noise(2)
    let root = RandomStream(seed: 1).substream("copies")
    func copy(_ copy: Int, _ row: Int) throws -> AudioClip {
      try Changes.usual.change(clip, root.substream(copy).substream(row))
    }
    #expect(try copy(0, 7) == copy(0, 7))
    #expect(try copy(0, 7) != copy(1, 7))
    #expect(try copy(0, 7) != copy(0, 8))
    #expect(try Changes().change(clip, root) == clip)
    // One kind more changes nothing about how the others fall out.
    var gain = Changes()
    gain[Changes.Gain.self].decibels = 6
    var both = gain
    both[Changes.Shift.self].share = 0.2
    #expect(
      try Set(gain.change(clip, root).samples) == Set(both.change(clip, root).samples))
  }

  @Test("what is written is read again; keys and values out of range are refused") func coding()
    throws
  {
    for changes in [Changes(), .usual] {
      #expect(
        try JSONDecoder().decode(Changes.self, from: JSONEncoder().encode(changes)) == changes)
      try changes.validate()
    }
    #expect(Changes().isOff && Changes().words == "none" && !Changes.usual.isOff)
    #expect(try decoded(#"{"noise": {"snr": [5, 10]}}"#)[Changes.Noise.self].probability == 1)
    #expect(throws: DecodingError.self) { try decoded(#"{"echo": 1}"#) }
    for json in [
      #"{"pitch": 30}"#, #"{"stretch": [2, 1]}"#, #"{"stretch": [0.1, 1]}"#, #"{"shift": 0.6}"#,
      #"{"gain": -1}"#, #"{"noise": {"probability": 2}}"#, #"{"noise": {"snr": [20, 10]}}"#,
    ] {
      let changes = try decoded(json)
      #expect { try changes.validate() } throws: { "\($0)".contains("expected") }
    }
  }
}
