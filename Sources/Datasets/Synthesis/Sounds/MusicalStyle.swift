internal import TensorCore

/// What tells made-up genres apart.
struct MusicalStyle {
  /// Beats a minute.
  let tempo: Float
  /// The degrees of the scale, in semitones above the key note.
  let scale: [Int]
  /// The chords of the bars, in semitones above the key note.
  let chords: [Int]
  /// How fast harmonics of the instrument fall off: the amplitude of the k-th is k^−falloff.
  let falloff: Float
  /// 0 plays clean; the larger, the more the sound is pressed against its limits.
  let distortion: Float
  /// How loud the drums are beside the rest.
  let drums: Float
  /// By how much every second eighth comes late, as a share of an eighth.
  let swing: Float

  /// GTZAN's genres, in the order of their names.
  static let genres = [
    "blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock",
  ]

  private static let (major, minor) = ([0, 2, 4, 5, 7, 9, 11], [0, 2, 3, 5, 7, 8, 10])
  private static let blue = [0, 3, 5, 6, 7, 10]

  init(_ genre: String) {
    switch genre {
    case "blues": self.init(84, Self.blue, [0, 0, 5, 7], 1.4, 0.6, 0.25, 0.33)
    case "classical": self.init(72, Self.major, [0, 5, 7, 0], 2.2, 0, 0, 0)
    case "country": self.init(104, Self.major, [0, 5, 0, 7], 1.2, 0.1, 0.15, 0)
    case "disco": self.init(122, Self.minor, [0, 5, 7, 5], 1, 0.2, 0.8, 0)
    case "hiphop": self.init(92, Self.minor, [0, 0, 8, 7], 2, 0.3, 1.1, 0.15)
    case "jazz": self.init(150, Self.major, [2, 7, 0, 9], 1.7, 0.05, 0.2, 0.33)
    case "metal": self.init(168, Self.minor, [0, 0, 8, 10], 0.7, 6, 0.8, 0)
    case "pop": self.init(112, Self.major, [0, 7, 9, 5], 1.3, 0.2, 0.5, 0)
    case "reggae": self.init(76, Self.major, [0, 5, 0, 5], 1.8, 0.1, 0.45, 0.1)
    default: self.init(132, Self.blue, [0, 5, 7, 5], 0.9, 2.5, 0.7, 0)
    }
  }

  private init(
    _ tempo: Float, _ scale: [Int], _ chords: [Int], _ falloff: Float, _ distortion: Float,
    _ drums: Float, _ swing: Float
  ) {
    (self.tempo, self.scale, self.chords, self.falloff) = (tempo, scale, chords, falloff)
    (self.distortion, self.drums, self.swing) = (distortion, drums, swing)
  }
}
