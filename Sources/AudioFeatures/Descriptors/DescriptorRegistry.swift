/// Something that is said of each frame of a sound, by name.
public struct Descriptor: Sendable {
  /// Its name, as librosa's function has it.
  public let name: String
  /// How many numbers a frame has.
  public let rows: Int
  /// What they are measured in: "Hz", "dB"; empty for pure numbers.
  public let unit: String
  /// Works it out, [rows, frames]; throws `AudioError` where a sound is not fit for it.
  public let compute: @Sendable (SoundAnalysis) throws -> FrameMatrix

  init(
    _ name: String, rows: Int = 1, unit: String = "",
    _ compute: @escaping @Sendable (SoundAnalysis) throws -> FrameMatrix
  ) {
    (self.name, self.rows, self.unit, self.compute) = (name, rows, unit, compute)
  }
}

/// All descriptors; one more is a line here.
public enum DescriptorRegistry {
  /// In the order of their names' meaning: level, shape of the spectrum, pitch, timbre, rhythm.
  public static let all: [Descriptor] = [
    Descriptor("rms") { $0.rms() },
    Descriptor("zero_crossing_rate") { $0.zeroCrossingRate() },
    Descriptor("spectral_centroid", unit: "Hz") { $0.spectralCentroid() },
    Descriptor("spectral_bandwidth", unit: "Hz") { $0.spectralBandwidth() },
    Descriptor("spectral_rolloff", unit: "Hz") { $0.spectralRolloff() },
    Descriptor("spectral_flatness") { $0.spectralFlatness() },
    Descriptor("spectral_contrast", rows: 7, unit: "dB") { try $0.spectralContrast() },
    Descriptor("chroma_stft", rows: 12) { $0.chroma() },
    Descriptor("log_mel", rows: 64, unit: "dB") { $0.melDecibels(bands: 64) },
    Descriptor("mfcc13", rows: 13) { $0.mfcc(13) },
    Descriptor("mfcc20", rows: 20) { $0.mfcc(20) },
    Descriptor("mfcc40", rows: 40) { $0.mfcc(40) },
    Descriptor("mfcc20_delta", rows: 20) { try $0.mfcc(20).deltas() },
    Descriptor("onset_strength", unit: "dB") { $0.onsetStrength() },
  ]

  /// The one of this name.
  public static func named(_ name: String) -> Descriptor? { all.first { $0.name == name } }
}
