internal import AudioFeatures
internal import CStretch
internal import TensorCore

extension WaveformAugmentation {
  /// Faster or slower at the same pitch.
  struct Stretch: SingleSetting, WaveformPart {
    static let key: StaticString = "stretch"
    /// The smallest and the largest factor of the speed.
    var factors = Interval(1, 1)

    var setting: Interval { factors }
    init() {}
    init(setting: Interval) { factors = setting }

    var isOff: Bool { factors == Interval(1, 1) }
    var words: String { "at \(factors.low) to \(factors.high) times the speed" }

    func validate() throws {
      try expect(
        factors.isWithin(0.25...4), [factors.low, factors.high],
        "two factors [low, high] from 0.25 to 4")
    }

    func change(_ clip: AudioClip, _ random: inout RandomStream) throws -> AudioClip {
      try clip.stretched(tempo: Double(random.uniform(factors.low, factors.high)), semitones: 0)
    }
  }

  /// Higher or lower at the same speed.
  struct Pitch: SingleSetting, WaveformPart {
    static let key: StaticString = "pitch"
    /// The greatest change either way, in semitones.
    var semitones: Float = 0

    var setting: Float { semitones }
    init() {}
    init(setting: Float) { semitones = setting }

    var isOff: Bool { semitones == 0 }
    var words: String { "higher or lower by up to \(semitones) semitones" }

    func validate() throws {
      try expect((0...24).contains(semitones), semitones, "semitones from 0 to 24")
    }

    func change(_ clip: AudioClip, _ random: inout RandomStream) throws -> AudioClip {
      try clip.stretched(tempo: 1, semitones: Double(random.uniform(-semitones, semitones)))
    }
  }
}

extension AudioClip {
  /// Changes speed and pitch by SoundTouch, each without the other: round(samples / tempo) samples, all of
  /// their frequencies times 2^(semitones / 12). Throws `AudioError.cannotResample`.
  func stretched(tempo: Double, semitones: Double) throws(AudioError) -> AudioClip {
    var result: UnsafeMutablePointer<Float>?
    var count = 0
    var message = [CChar](repeating: 0, count: Int(MIEN_STRETCH_MESSAGE_SIZE))
    let status = mien_stretch(
      samples, samples.count, UInt32(sampleRate), tempo, semitones, &result, &count, &message)
    guard status == MIEN_STRETCH_OK, let result else {
      let problem = String(
        decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      throw .cannotResample(from: sampleRate, to: sampleRate, problem: "SoundTouch: \(problem)")
    }
    defer { mien_stretch_free(result) }
    var changed = self
    changed.samples = Array(UnsafeBufferPointer(start: result, count: count))
    return changed
  }
}
