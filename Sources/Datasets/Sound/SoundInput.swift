public import AudioFeatures

/// How a sound becomes a row, or what a network is asked about.
public struct SoundInput: Codable, Hashable, Sendable {
  /// The set of features by its name, such as `logmel`.
  public var features: String
  /// What is done to each sound before.
  public var conversion: AudioFile.Conversion

  /// Names both.
  public init(features: String, conversion: AudioFile.Conversion = AudioFile.Conversion()) {
    (self.features, self.conversion) = (features, conversion)
  }

  /// For people: `logmel of sounds at 22050 Hz, silence below 30 dB cut from their ends`.
  public var words: String {
    var words = ["\(features) of sounds"]
    if let rate = conversion.sampleRate { words[0] += " at \(rate) Hz" }
    if let trim = conversion.trim {
      words.append("silence \(trim) dB below the loudest cut from their ends")
    }
    switch conversion.loudness {
    case .peak(let decibels)?: words.append("peak brought to \(decibels) dB")
    case .rms(let decibels)?: words.append("level brought to \(decibels) dB")
    case nil: break
    }
    return words.joined(separator: ", ")
  }
}
