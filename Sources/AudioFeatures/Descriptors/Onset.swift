internal import Foundation
internal import Kernels

extension SoundAnalysis {
  /// How much begins in each frame, [1, frames]: what mel bands gain in decibels over the frame
  /// before, on average (after Böck and Widmer, DAFx 2013). It is set two frames later, to where the
  /// middle of the frame is that the gain is heard in.
  public func onsetStrength() -> FrameMatrix {
    let bands = 128
    let decibels = melDecibels(bands: bands)
    let rows = (0..<bands).map { decibels.row($0) }
    var gains = [Float](repeating: 0, count: max(0, frames - 1))
    for row in rows { addRises(count: gains.count, row, &gains) }
    let delay = 1 + transform.length / (2 * transform.hop)
    return FrameMatrix(
      row: (0..<frames).map { $0 < delay ? 0 : gains[$0 - delay] / Float(bands) })
  }

  /// Beats a minute: the lag at which the onsets repeat themselves best, by the autocorrelation of
  /// windows of eight seconds, averaged, under a bell of an octave's width around 120 (Ellis 2007,
  /// DOI 10.1080/09298210701653344). Not above 320. The possible values are 60 · rate / (hop · lag).
  ///
  /// This is `librosa.feature.tempo`, of which `librosa.beat.beat_track` takes its tempo, too, but
  /// from onsets by medians over the bands.
  public func tempo() -> Double {
    let framesPerSecond = Double(clip.sampleRate) / Double(transform.hop)
    let lags = max(2, Int(8 * Double(clip.sampleRate)) / transform.hop)
    let correlation = Autocorrelation(lags: lags).mean(of: onsetStrength().row(0))
    var best = (lag: 1, score: -Double.infinity)
    for lag in 1..<lags {
      let beats = 60 * framesPerSecond / Double(lag)
      guard beats < 320 else { continue }
      let distance = log2(beats) - log2(120)
      let score = log1p(1e6 * correlation[lag]) - 0.5 * distance * distance
      if score > best.score { best = (lag, score) }
    }
    return 60 * framesPerSecond / Double(best.lag)
  }
}
