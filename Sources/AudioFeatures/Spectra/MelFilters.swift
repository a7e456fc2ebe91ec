internal import Foundation
internal import Kernels
internal import Synchronization

/// Triangular filters that are evenly spaced on the mel scale of Slaney's Auditory Toolbox (1998):
/// linear up to 1 kHz, logarithmic above; each has the area 1 in Hz. librosa's default.
struct MelFilters: Sendable {
  /// Of which sounds and how many.
  struct Key: Hashable, Sendable {
    var sampleRate, length, count: Int
  }

  let matrix: BandMatrix

  private static let made = Mutex<[Key: MelFilters]>([:])

  /// The filters from 0 Hz to half the rate, made once.
  static func of(_ key: Key) -> MelFilters {
    made.withLock { made in
      if let filters = made[key] { return filters }
      let filters = MelFilters(key)
      made[key] = filters
      return filters
    }
  }

  private init(_ key: Key) { matrix = BandMatrix(Self.weights(key)) }

  /// [count, length / 2 + 1]
  static func weights(_ key: Key) -> [[Float]] {
    let step = Double(key.sampleRate) / Double(key.length)
    let top = mel(hertz: Double(key.sampleRate) / 2)
    let corners = (0..<key.count + 2).map { hertz(mel: top * Double($0) / Double(key.count + 1)) }
    return (0..<key.count).map { band in
      let (low, middle, high) = (corners[band], corners[band + 1], corners[band + 2])
      return (0...key.length / 2).map { bin in
        let frequency = Double(bin) * step
        let ramp = min((frequency - low) / (middle - low), (high - frequency) / (high - middle))
        return Float(Float(max(0, ramp)) * Float(2 / (high - low)))
      }
    }
  }

  private static let linearStep = 200.0 / 3
  private static let logarithmicStart = 1000.0
  private static let logarithmicStep = log(6.4) / 27

  static func mel(hertz: Double) -> Double {
    guard hertz >= logarithmicStart else { return hertz / linearStep }
    return logarithmicStart / linearStep + log(hertz / logarithmicStart) / logarithmicStep
  }

  static func hertz(mel: Double) -> Double {
    let start = logarithmicStart / linearStep
    guard mel >= start else { return mel * linearStep }
    return logarithmicStart * exp(logarithmicStep * (mel - start))
  }
}
