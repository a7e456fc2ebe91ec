public import AudioFeatures
internal import Foundation
internal import TensorCore

/// Made-up speech with emotions, for tests and for trying things out without a download: vowels and hisses by
/// a voice of its own for each speaker. No word can be understood. An utterance depends on the seed,
/// the speaker, the emotion and its number alone.
public struct SyntheticSpeech: Sendable {
  /// In Hz.
  public static let sampleRate = 16_000

  private let stream: RandomStream

  /// The voices of a seed.
  public init(seed: UInt64) { stream = RandomStream(seed: seed).substream("speech") }

  /// An utterance of one to two seconds, with some silence around it.
  ///
  /// - Parameters:
  ///   - emotion: what the voice expresses.
  ///   - speaker: a name; the same one has the same voice.
  ///   - isFemale: whether it is a woman's voice.
  ///   - number: which utterance.
  public func utterance(
    _ emotion: Emotion, speaker: String, isFemale: Bool, number: Int
  ) -> AudioClip {
    let own = stream.substream(key: speaker)
    var traits = own.substream("voice")
    let voice = Voice(isFemale: isFemale, random: &traits)
    var random = own.substream(key: emotion.rawValue).substream(number)
    let expression = VocalExpression(emotion)
    let rate = Float(Self.sampleRate)
    let syllables = 4 + random.integer(below: 3)
    let length = 1 / (voice.rate * expression.speed * random.uniform(0.93, 1.07))
    let voiced = (0..<syllables).flatMap { syllable -> [Float] in
      let place = Float(syllable) / Float(syllables - 1)
      let semitones =
        expression.contour * (place - 0.5) + expression.range * random.uniform(-0.5, 0.5)
      return self.syllable(
        voice, expression, pitch: voice.pitch * expression.pitch * pow(2, semitones / 12),
        count: Int(length * rate * random.uniform(0.85, 1.15)), random: &random)
    }
    func silence(_ seconds: Float) -> [Float] {
      [Float](repeating: 0, count: Int(seconds * rate))
    }
    var samples = silence(random.uniform(0.05, 0.2)) + voiced + silence(random.uniform(0.05, 0.2))
    let peak = samples.reduce(Float(1e-9)) { max($0, abs($1)) }
    let level = pow(10, (expression.level + random.uniform(-1, 1)) / 20) / peak
    // A room is never still.
    for i in samples.indices { samples[i] = samples[i] * level + 3e-4 * random.normal() }
    return AudioClip(samples: samples, sampleRate: Self.sampleRate)
  }

  /// A hiss and a vowel.
  private func syllable(
    _ voice: Voice, _ expression: VocalExpression, pitch: Float, count: Int,
    random: inout RandomStream
  ) -> [Float] {
    let rate = Float(Self.sampleRate)
    let vowel = Vowel.all[random.integer(below: Vowel.all.count)]
    let hiss = count / 5
    var samples = [Float](repeating: 0, count: count)
    var last: Float = 0
    for i in 0..<hiss {
      // The difference of neighbours takes low frequencies away.
      let noise = random.normal()
      samples[i] = 0.05 * (noise - last) * sin(.pi * Float(i) / Float(max(1, hiss)))
      last = noise
    }
    let harmonics = max(1, Int(0.45 * rate / (pitch * 1.2)))
    let tilt = voice.tilt + expression.brightness
    let strengths = (1...harmonics).map { harmonic in
      vowel.strength(Float(harmonic) * pitch, shift: voice.formants)
        * pow(10, tilt * log2(Float(harmonic)) / 20)
    }
    let tremor = random.uniform(5, 7)
    var phase: Float = 0
    for i in hiss..<count {
      let time = Float(i - hiss) / rate
      let wobble = expression.tremor * sin(2 * .pi * tremor * time)
      phase += 2 * .pi * pitch * pow(2, wobble / 12) / rate
      if phase > 2 * .pi { phase -= 2 * .pi }
      // sin(k·φ) by Chebyshev's recursion: one sine and one cosine a sample.
      let (sine, twice) = (sin(phase), 2 * cos(phase))
      var (before, now, sum) = (Float(0), sine, Float(0))
      for strength in strengths {
        sum += strength * now
        (before, now) = (now, twice * now - before)
      }
      let place = Float(i - hiss) / Float(count - hiss)
      samples[i] += sum * pow(sin(.pi * min(1, max(0, place))), 0.6)
    }
    return samples
  }
}
