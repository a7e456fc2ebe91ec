internal import Foundation
internal import Synchronization

/// How much of each frequency belongs to each of the twelve pitch classes, C first: a bell around
/// the class in every octave, under a wider bell around the fifth octave above A0 (Ellis, "Chroma
/// feature analysis and synthesis", 2007). librosa's default.
enum ChromaFilters {
  /// Of which sounds, and how far they are tuned from A = 440 Hz, in semitones.
  struct Key: Hashable, Sendable {
    var sampleRate, length: Int
    var tuning: Double
  }

  static let classes = 12

  private static let made = Mutex<[Key: [Float]]>([:])

  /// The matrix [12, length / 2 + 1], made once for each of the hundred tunings.
  static func of(_ key: Key) -> [Float] {
    made.withLock { made in
      if let filters = made[key] { return filters }
      let filters = weights(key)
      made[key] = filters
      return filters
    }
  }

  static func weights(_ key: Key) -> [Float] {
    let bins = key.length / 2 + 1
    let count = Double(classes)
    let reference = 440 * exp2(key.tuning / count) / 16
    /// Semitones above the reference.
    func pitch(_ bin: Int) -> Double {
      let frequency = Double(bin) * Double(key.sampleRate) / Double(key.length)
      return count * log2(frequency / reference)
    }
    // Nothing is an octave and a half below the first frequency.
    let pitches = [pitch(1) - 1.5 * count] + (1...bins).map(pitch)
    var matrix = [Float](repeating: 0, count: classes * bins)
    for bin in 0..<bins {
      let width = max(1, pitches[bin + 1] - pitches[bin])
      var bells = (0..<classes).map { pitchClass in
        let distance = remainder(pitches[bin] - Double(pitchClass), by: count)
        return exp(-0.5 * pow(2 * distance / width, 2))
      }
      let norm = bells.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let octave = exp(-0.5 * pow((pitches[bin] / count - 5) / 2, 2))
      bells = bells.map { $0 / norm * octave }
      // The classes count from A; C is the third above it.
      for pitchClass in 0..<classes {
        matrix[pitchClass * bins + bin] = Float(bells[(pitchClass + 3) % classes])
      }
    }
    return matrix
  }

  /// x modulo `period`, from −period/2 on.
  private static func remainder(_ x: Double, by period: Double) -> Double {
    let shifted = x + period / 2
    return shifted - (shifted / period).rounded(.down) * period - period / 2
  }
}
