internal import TensorCore

// Where the rows and columns of a set that is an image lie in time and frequency, for those who draw it.
extension FeatureSet {
  /// Seconds from one frame to the next; nil where a row is no sequence of frames.
  public var secondsPerFrame: Double? {
    guard case .image = kind, let sampleRate else { return nil }
    return Double(ShortTimeFourier.standard.hop) / Double(sampleRate)
  }

  /// Where a frequency in Hz lies among the mel bands of a row: 0 is the middle of the lowest band, 1 that of
  /// the next one. Nil where the set has no such bands, and for frequencies beyond their middles.
  public func melBand(ofHertz hertz: Double) -> Double? {
    guard case .image(let shape, let axes) = kind, axes.first == "mel band", let sampleRate else {
      return nil
    }
    let top = MelFilters.mel(hertz: Double(sampleRate) / 2)
    let band = MelFilters.mel(hertz: hertz) / top * Double(shape[0] + 1) - 1
    return (0...Double(shape[0] - 1)).contains(band) ? band : nil
  }
}
