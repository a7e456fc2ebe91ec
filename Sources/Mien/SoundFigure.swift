public import AudioFeatures
internal import Foundation
public import Reporting

extension StackFigure {
  /// A sound: its samples over time, and below its spectrogram in decibels below the loudest place, over
  /// seconds and Hz. Of more than a minute the first minute.
  public init(sound clip: AudioClip, title: String) {
    let most = 60 * clip.sampleRate
    let isCut = clip.samples.count > most
    let shown = AudioClip(samples: Array(clip.samples.prefix(most)), sampleRate: clip.sampleRate)
    let power = SoundAnalysis(shown).power
    var cells = (0..<power.rows).map { power.row($0) }
    let loudest = cells.reduce(Float(1e-10)) { $1.reduce($0, max) }
    cells = cells.map { row in row.map { 10 * log10(max(1e-10, $0 / loudest)) } }
    self.init(
      title: title + (isCut ? " (first minute)" : ""), xLabel: "seconds",
      xRange: 0...max(shown.duration, 1e-3),
      panels: [
        .envelope(EnvelopePlot(values: shown.samples, label: "amplitude")),
        .grid(
          GridPlot(
            rows: cells, yRange: 0...Double(clip.sampleRate) / 2, yLabel: "Hz", low: -80, high: 0,
            valueLabel: "dB")),
      ])
  }
}
