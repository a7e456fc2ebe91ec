import AudioFeatures
import Foundation

/// Sounds that a formula makes; the same formulas stand in Golden/make_features.py.
enum TestSounds {
  /// The sound of this name, at its rate.
  static func named(_ name: String) -> AudioClip? {
    switch name {
    case "sine": clip(22050, 33075, noise: 1) { 0.5 * sine($0, 443, 22050) + 0.01 * $1 }
    case "chirp":
      clip(16000, 32000, noise: 2) { 0.5 * chirp($0, 100, 4000, 2, 16000) + 0.01 * $1 }
    case "clicks": clip(22050, 132_300, noise: 3) { 0.8 * click($0, 10240) + 0.01 * $1 }
    case "noise": clip(16000, 20011, noise: 4) { $1 }
    case "mixture":
      clip(22050, 88200, noise: 5) { i, noise in
        0.3 * sine(i, 262, 22050) + 0.2 * sine(i, 331, 22050) + 0.5 * click(i, 8000) + 0.02 * noise
      }
    case "brief": clip(16000, 320, noise: 6) { i, _ in 0.5 * sine(i, 700, 16000) }
    default: nil
    }
  }

  private static func clip(
    _ rate: Int, _ count: Int, noise seed: UInt32, _ sample: (Int, Double) -> Double
  ) -> AudioClip {
    let noise = noise(count, seed: seed)
    return AudioClip(samples: (0..<count).map { Float(sample($0, noise[$0])) }, sampleRate: rate)
  }

  /// Numbers from −0.5 to 0.5 by a linear congruence.
  static func noise(_ count: Int, seed: UInt32) -> [Double] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Double(state >> 8) / 0x1p24 - 0.5
    }
  }

  static func sine(_ index: Int, _ frequency: Double, _ rate: Double) -> Double {
    sin(2 * Double.pi * frequency * (Double(index) / rate))
  }

  private static func chirp(
    _ index: Int, _ low: Double, _ high: Double, _ duration: Double, _ rate: Double
  ) -> Double {
    let t = Double(index) / rate
    return sin(2 * Double.pi * (low * t + (high - low) * t * t / (2 * duration)))
  }

  private static func click(_ index: Int, _ distance: Int) -> Double {
    index.isMultiple(of: distance) ? 1 : 0
  }
}
