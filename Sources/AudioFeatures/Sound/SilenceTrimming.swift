internal import Foundation

extension AudioClip {
  /// The sound without the silence at its ends, as `librosa.effects.trim`: frames of 2048 samples,
  /// 512 apart, centred, zeros beyond the ends; a frame is silent whose root mean square is at least
  /// `decibels` below that of the loudest. Silence as a whole stays.
  public func trimmed(below decibels: Double = 60) -> AudioClip {
    let range = soundingRange(below: decibels)
    guard range.count < samples.count else { return self }
    return AudioClip(samples: Array(samples[range]), sampleRate: sampleRate, source: source)
  }

  /// The samples that `trimmed(below:)` keeps.
  public func soundingRange(below decibels: Double = 60) -> Range<Int> {
    let (frameLength, hop) = (2048, 512)
    var squares = [Double](repeating: 0, count: samples.count + 1)
    for (index, sample) in samples.enumerated() {
      squares[index + 1] = squares[index] + Double(sample) * Double(sample)
    }
    let power = (0..<1 + samples.count / hop).map { frame in
      let start = frame * hop - frameLength / 2
      let (low, high) = (max(0, start), min(samples.count, start + frameLength))
      return (squares[high] - squares[low]) / Double(frameLength)
    }
    // librosa knows nothing below 1e-5 of full scale.
    let quietest = 1e-10
    let loudest = max(quietest, power.max() ?? 0)
    let sounding = power.indices.filter {
      10 * log10(max(quietest, power[$0]) / loudest) > -decibels
    }
    guard let first = sounding.first, let last = sounding.last else { return 0..<0 }
    return first * hop..<min(samples.count, (last + 1) * hop)
  }
}
