internal import TensorCore

/// Who speaks, in a few numbers.
struct Voice {
  /// The middle of the pitch, in Hz.
  let pitch: Float
  /// By how much the formants are higher than a man's: a shorter throat.
  let formants: Float
  /// How fast harmonics fall off, in decibels an octave.
  let tilt: Float
  /// Syllables a second.
  let rate: Float

  init(isFemale: Bool, random: inout RandomStream) {
    pitch = isFemale ? random.uniform(175, 235) : random.uniform(90, 140)
    formants = isFemale ? random.uniform(1.08, 1.2) : random.uniform(0.94, 1.05)
    tilt = random.uniform(-10, -6)
    rate = random.uniform(3.6, 4.8)
  }
}

/// How an emotion changes a voice. What rises and what falls is as Scherer found it ("Vocal
/// communication of emotion", Speech Communication 40, 2003, DOI 10.1016/S0167-6393(02)00084-5); the numbers
/// are ours, and plainer than any actor.
struct VocalExpression {
  /// The factor of the pitch.
  let pitch: Float
  /// How far the pitch moves from syllable to syllable, in semitones.
  let range: Float
  /// Where it goes from the beginning to the end, in semitones.
  let contour: Float
  /// The factor of the speed.
  let speed: Float
  /// In decibels.
  let level: Float
  /// How much brighter, in decibels an octave.
  let brightness: Float
  /// The depth of a tremor of the pitch, in semitones.
  let tremor: Float

  init(_ emotion: Emotion) {
    switch emotion {
    case .neutral: self.init(1, 1.5, -1, 1, -10, 0, 0)
    case .calm: self.init(0.95, 0.8, -1, 0.82, -14, -2, 0)
    case .happy: self.init(1.25, 5, 3, 1.15, -6, 2, 0)
    case .sad: self.init(0.88, 0.8, -4, 0.72, -18, -4, 0)
    case .angry: self.init(1.2, 3, -3, 1.25, -3, 5, 0)
    case .fearful: self.init(1.45, 2, 1, 1.35, -10, 1, 1.2)
    case .disgust: self.init(0.85, 3, -6, 0.85, -9, 1, 0.4)
    case .surprised: self.init(1.4, 4, 9, 1.02, -6, 2, 0)
    }
  }

  private init(
    _ pitch: Float, _ range: Float, _ contour: Float, _ speed: Float, _ level: Float,
    _ brightness: Float, _ tremor: Float
  ) {
    (self.pitch, self.range, self.contour, self.speed) = (pitch, range, contour, speed)
    (self.level, self.brightness, self.tremor) = (level, brightness, tremor)
  }
}

/// A vowel by its first three formants, in Hz, as men speak it (Peterson and Barney, "Control methods used
/// in a study of the vowels", JASA 24, 1952, DOI 10.1121/1.1906875).
struct Vowel {
  let formants: [Float]

  static let all = [
    Vowel(formants: [270, 2290, 3010]), Vowel(formants: [530, 1840, 2480]),
    Vowel(formants: [660, 1720, 2410]), Vowel(formants: [730, 1090, 2440]),
    Vowel(formants: [570, 840, 2410]), Vowel(formants: [300, 870, 2240]),
    Vowel(formants: [640, 1190, 2390]), Vowel(formants: [490, 1350, 1690]),
  ]

  /// How strongly a frequency sounds, 0…1, where the formants are shifted by a factor: the largest of
  /// three resonances of 80, 110 and 160 Hz.
  func strength(_ frequency: Float, shift: Float) -> Float {
    zip(formants, [80, 110, 160] as [Float]).enumerated().reduce(0.02) { strength, formant in
      let distance = (frequency - formant.element.0 * shift) / formant.element.1
      return max(strength, (1 - 0.25 * Float(formant.offset)) / (1 + distance * distance))
    }
  }
}
