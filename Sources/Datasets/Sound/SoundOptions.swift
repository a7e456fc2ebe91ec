public import AudioFeatures
public import Foundation

/// What decides the prepared data of sounds, or of a table of features, beside the sources.
public struct SoundOptions: Sendable {
  /// The set of features by its name.
  public var features = "logmel"
  /// Silence at both ends is cut away where it is so many decibels below the loudest frame; nil keeps it.
  public var trim: Double?
  /// The loudness that sounds are brought to; nil keeps their own.
  public var loudness: Loudness?
  /// The corpus of the sources; nil finds out.
  public var corpus: (any SoundCorpus)?
  /// A CSV that says more of the sounds, joined by their names.
  public var metadata: URL?
  /// The column of it that is the class; nil leaves the class to folders and names.
  public var label: String?
  /// How rows are split.
  public var split = SplitChoice.groups
  /// How many changed copies are made of each training row.
  public var copies = 0
  /// How they are changed.
  public var waveform = WaveformAugmentation.usual
  /// Draws splits, and changes copies.
  public var seed: UInt64 = 1
  /// Whether sounds that cannot be used are left out, rather than the first one being an error.
  public var skipsBadRows = false

  /// The defaults.
  public init() {}

  /// The names of the sets of features that sounds can become.
  public static let featureSets = FeatureSetRegistry.all.map(\.name)

  /// How sounds become rows; at the rate that the features are defined for.
  var input: SoundInput {
    SoundInput(
      features: features,
      conversion: AudioFile.Conversion(
        sampleRate: FeatureSetRegistry.named(features)?.sampleRate, trim: trim, loudness: loudness))
  }
}
