public import AudioFeatures

/// How sounds became rows, as the manifest says it.
public struct SoundRecord: Codable, Equatable, Sendable {
  /// The set of features by its name, such as `logmel`.
  public let features: String
  /// What was done to each sound before.
  public let conversion: AudioFile.Conversion
  /// How many changed copies there are of each training row.
  public let copies: Int
  /// How those were changed; null where there are none.
  public let waveform: WaveformAugmentation?

  /// What a network has to know of it.
  public var input: SoundInput { SoundInput(features: features, conversion: conversion) }
}
