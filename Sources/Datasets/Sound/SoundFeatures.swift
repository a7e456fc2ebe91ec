internal import AudioFeatures
internal import TensorCore

/// What a sound becomes as a row.
protocol SoundFeatures: Sendable {
  /// The name of the set.
  var name: String { get }
  /// `spectrogram` or `table`.
  var kind: String { get }
  /// Of one row.
  var shape: Shape { get }
  /// The names of its columns; nil of spectrograms.
  var columns: [String]? { get }
  /// Samples a second that it is defined for, in Hz; nil takes each sound's own.
  var sampleRate: Int? { get }
  /// The length that sounds are brought to; nil leaves them as long as they are.
  var seconds: Double? { get }
  /// The numbers of a sound of that rate. Throws `AudioError`.
  func values(of clip: AudioClip) throws -> [Float]
}

extension AudioClip {
  /// Brought to so many samples: the middle of a longer sound, a shorter one with silence at both ends.
  func fitted(samples count: Int) -> AudioClip {
    var fitted = self
    let surplus = samples.count - count
    if surplus >= 0 {
      fitted.samples = Array(samples[surplus / 2..<surplus / 2 + count])
    } else {
      let before = -surplus / 2
      fitted.samples = [Float](repeating: 0, count: count)
      fitted.samples.replaceSubrange(before..<before + samples.count, with: samples)
    }
    return fitted
  }
}
