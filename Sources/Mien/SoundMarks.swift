public import AudioFeatures
internal import Foundation
public import Reporting

/// What the places of pictures of sounds stand for, and which of them are marked.
extension InputConfiguration {
  /// The axes of a spectrogram or a series that lies there in its recording.
  public func axes(at place: SoundPlace = SoundPlace()) -> SoundAxes {
    let (rows, frames) = explainedKind == .series ? (shape[1], shape[0]) : (shape[0], shape[1])
    let (ticks, label) = marks(rows: rows)
    guard let time = timeScale else {
      return SoundAxes(time: 0...Double(frames), timeLabel: "frame", ticks: ticks, label: label)
    }
    var axes = SoundAxes(
      time: time.seconds(atFrame: 0) + place.start...time.seconds(atFrame: Double(frames))
        + place.start,
      ticks: ticks, label: label)
    axes.heard = place.isPadded ? place.heard : nil
    return axes
  }

  /// Frequencies where they are known, else numbers of bands; of a series the names of its numbers.
  private func marks(rows: Int) -> (ticks: [SoundAxes.Tick], label: String) {
    func tick(_ row: Double, _ text: String) -> SoundAxes.Tick {
      SoundAxes.Tick(place: row / Double(rows), text: text)
    }
    if explainedKind == .series {
      // The first number is on top, as in a table.
      return (
        columnNames.reversed().enumerated().map { tick(Double($0.offset) + 0.5, $0.element) }, ""
      )
    }
    guard let scale = spectrogramScale else {
      let bands = stride(from: 0, to: rows, by: max(1, rows / 8))
      return (bands.map { tick(Double($0) + 0.5, "\($0 + 1)") }, "band")
    }
    let frequencies = SoundAxes.frequencies.map { frequency in
      tick(scale.band(atHertz: frequency), String(format: "%.0f", frequency))
    }
    return (frequencies.filter { (0...1).contains($0.place) }, "Hz")
  }

  /// What the places of a spectrogram stand for; nil where it is not known.
  public var spectrogramScale: SpectrogramScale? {
    guard explainedKind == .spectrogram, let scale = soundFeatures("logmel")?.spectrogramScale,
      scale.bands == shape[0], scale.frames == shape[1]
    else { return nil }
    return scale
  }

  /// What frames stand for, of spectrograms and series; nil where it is not known.
  var timeScale: SpectrogramScale? {
    switch explainedKind {
    case .spectrogram: return spectrogramScale
    case .series:
      guard let set = soundFeatures("series"), set.shape == shape, let sampleRate = set.sampleRate
      else { return nil }
      return SpectrogramScale(bands: shape[1], frames: shape[0], sampleRate: sampleRate)
    case .picture, .table: return nil
    }
  }

  /// The names of a table's columns, or of the numbers of a frame; where they have none their numbers, from 1.
  public var columnNames: [String] {
    let count = shape[shape.rank - 1]
    let names = explainedKind == .series ? soundFeatures("series")?.frameColumns : columns
    if let names, names.count == count { return names }
    return (1...count).map { "column \($0)" }
  }

  /// The set of features that inputs were made with; that of this name where it was not noted.
  private func soundFeatures(_ usual: String) -> FeatureSet? {
    FeatureSetRegistry.named(sound?.features ?? usual)
  }
}
