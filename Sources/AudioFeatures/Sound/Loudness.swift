internal import Foundation

/// What sounds of different recordings are brought to.
public enum Loudness: Sendable, Hashable, Codable {
  /// The largest sample becomes so many decibels below full scale: -1 is 0.891.
  case peak(decibels: Double)
  /// The root of the mean square becomes so many decibels below full scale. What goes beyond full
  /// scale then is left as it is: features know no full scale.
  case rms(decibels: Double)
}

extension AudioClip {
  /// The sound multiplied by one number, so that it has this loudness. Silence stays silence.
  public func normalised(to loudness: Loudness) -> AudioClip {
    let (found, decibels) =
      switch loudness {
      case .peak(let decibels): (Double(peak), decibels)
      case .rms(let decibels): (rootMeanSquare, decibels)
      }
    guard found > 0 else { return self }
    let gain = Float(pow(10, decibels / 20) / found)
    return AudioClip(samples: samples.map { $0 * gain }, sampleRate: sampleRate, source: source)
  }

  /// The largest absolute sample.
  public var peak: Float { samples.reduce(0) { max($0, abs($1)) } }

  /// The root of the mean square of all samples; 0 without samples.
  public var rootMeanSquare: Double {
    (samples.reduce(0) { $0 + Double($1) * Double($1) } / Double(max(1, samples.count)))
      .squareRoot()
  }
}
