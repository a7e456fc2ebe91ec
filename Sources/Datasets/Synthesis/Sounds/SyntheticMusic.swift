public import AudioFeatures
internal import Foundation
internal import TensorCore

/// Made-up music in the ten genres of GTZAN, for tests and for trying things out without a download: chords, a
/// melody and drums, with a key, a tempo and a tone of its own for each artist. A piece depends on the
/// seed, the artist, the genre and its number alone.
public struct SyntheticMusic: Sendable {
  /// In Hz.
  public static let sampleRate = 22_050
  /// GTZAN's genres.
  public static let genres = MusicalStyle.genres

  private let stream: RandomStream

  /// The artists of a seed.
  public init(seed: UInt64) { stream = RandomStream(seed: seed).substream("music") }

  /// A piece of music.
  ///
  /// - Parameters:
  ///   - genre: one of GTZAN's.
  ///   - artist: a name; the same one has the same key, speed and tone.
  ///   - number: which piece.
  ///   - seconds: how long it is.
  public func piece(
    _ genre: String, artist: String, number: Int, seconds: Double = 4
  ) -> AudioClip {
    let style = MusicalStyle(genre)
    var habits = stream.substream(key: artist)
    let key = 110 * pow(2, Float(habits.integer(below: 12)) / 12)
    let falloff = style.falloff * habits.uniform(0.88, 1.12)
    let speed = habits.uniform(0.95, 1.05)
    var random = stream.substream(key: artist).substream(key: genre).substream(number)
    let rate = Float(Self.sampleRate)
    let eighth = 30 / (style.tempo * speed * random.uniform(0.98, 1.02))
    var samples = [Float](repeating: 0, count: Int(seconds * Double(Self.sampleRate)))
    var step = 0
    while true {
      let late = step.isMultiple(of: 2) ? 0 : style.swing * eighth
      let start = Int((Float(step) * eighth + late) * rate)
      guard start < samples.count else { break }
      let chord = style.chords[step / 8 % style.chords.count]
      if step.isMultiple(of: 4) {
        for interval in [0, style.scale[2], 7] {
          let pitch = key * pow(2, Float(chord + interval) / 12)
          Self.add(
            to: &samples, at: start, seconds: 3.6 * eighth, pitch, amplitude: 0.14, falloff)
        }
      }
      if random.uniform() < 0.75 {
        let degree = style.scale[random.integer(below: style.scale.count)]
        let pitch = 2 * key * pow(2, Float(chord + degree) / 12)
        Self.add(to: &samples, at: start, seconds: 0.9 * eighth, pitch, amplitude: 0.22, falloff)
      }
      Self.drum(
        &samples, at: start, isLow: step % 4 == 0, amplitude: 0.25 * style.drums, &random)
      step += 1
    }
    let press = 1 + style.distortion
    for i in samples.indices {
      samples[i] = tanh(samples[i] * press) / tanh(press) + 2e-4 * random.normal()
    }
    return AudioClip(samples: samples.map { 0.8 * $0 }, sampleRate: Self.sampleRate)
  }

  /// A plucked tone of up to twelve harmonics.
  private static func add(
    to samples: inout [Float], at start: Int, seconds: Float, _ pitch: Float, amplitude: Float,
    _ falloff: Float
  ) {
    let rate = Float(sampleRate)
    let harmonics = min(12, max(1, Int(0.45 * rate / pitch)))
    let strengths = (1...harmonics).map { amplitude * pow(Float($0), -falloff) }
    let count = min(Int(seconds * rate), samples.count - start)
    for i in 0..<max(0, count) {
      let phase = (2 * .pi * pitch * Float(i) / rate).truncatingRemainder(dividingBy: 2 * .pi)
      let (sine, twice) = (sin(phase), 2 * cos(phase))
      var (before, now, sum) = (Float(0), sine, Float(0))
      for strength in strengths {
        sum += strength * now
        (before, now) = (now, twice * now - before)
      }
      samples[start + i] += sum * min(1, Float(i) / 120) * exp(-3 * Float(i) / Float(count))
    }
  }

  /// A low drum, or a hiss.
  private static func drum(
    _ samples: inout [Float], at start: Int, isLow: Bool, amplitude: Float,
    _ random: inout RandomStream
  ) {
    guard amplitude > 0 else { return }
    let rate = Float(sampleRate)
    let count = min(Int((isLow ? 0.16 : 0.05) * rate), samples.count - start)
    for i in 0..<count {
      let time = Float(i) / rate
      let sound =
        isLow ? 2 * sin(2 * .pi * 55 * time * (1 + exp(-time * 30))) : 0.5 * random.normal()
      samples[start + i] += amplitude * sound * exp(-6 * Float(i) / Float(count))
    }
  }
}
