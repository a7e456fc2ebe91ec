public import AudioFeatures
internal import Foundation

/// What is measured of a sound as it is in its file, after its channels were averaged.
struct SoundMeasures: Equatable, Sendable {
  /// The loudest 50 ms of a silent sound are softer than this on the quadratic mean, in decibels below full
  /// scale.
  static let silence = -60.0
  /// Peaks are cut at full scale: where the largest magnitude is at least this.
  static let fullScale: Float = 0.99
  /// Samples at that peak are equal to it, but for the step of 16 bits between both ends of the scale.
  private static let step: Float = 1.5 / 32768
  /// So many samples at the peak one behind the other, on one side, are a cut peak: one at 0.999 of a
  /// sound that was only made as loud as possible has one or two.
  static let clippedRun = 3

  /// In Hz, as in the file.
  let sampleRate: Int
  let channels: Int
  let seconds: Double
  /// The largest magnitude, 0…1.
  let peak: Double
  /// The quadratic mean in decibels below full scale; −infinity for digital silence.
  let level: Double
  /// That of the loudest 50 ms.
  let loudest: Double
  /// How many samples lie in cut peaks.
  let clippedSamples: Int

  /// Measures a sound.
  init(_ clip: AudioClip) {
    sampleRate = clip.source?.sampleRate ?? clip.sampleRate
    channels = clip.source?.channels ?? 1
    seconds = clip.duration
    let peak = clip.peak
    var (squares, run, clipped, previous) = (0.0, 0, 0, Float(0))
    for sample in clip.samples {
      squares += Double(sample) * Double(sample)
      let isAtPeak = peak >= Self.fullScale && abs(sample) >= peak - Self.step
      // A cut peak stays on one side.
      if run > 0, !isAtPeak || (sample < 0) != (previous < 0) {
        if run >= Self.clippedRun { clipped += run }
        run = 0
      }
      if isAtPeak { run += 1 }
      previous = sample
    }
    if run >= Self.clippedRun { clipped += run }
    self.peak = Double(peak)
    func level(_ square: Double) -> Double { square > 0 ? 10 * log10(square) : -.infinity }
    self.level = level(squares / Double(max(1, clip.samples.count)))
    let block = max(1, clip.sampleRate / 20)
    loudest = level(
      stride(from: 0, to: clip.samples.count, by: block).map { start in
        let samples = clip.samples[start..<min(start + block, clip.samples.count)]
        return samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(samples.count)
      }.max() ?? 0)
    clippedSamples = clipped
  }

  var isSilent: Bool { loudest < Self.silence }
  var isClipped: Bool { clippedSamples > 0 }
}

extension AudioClip {
  /// Whether its loudest 50 ms are below −60 dB of full scale on the quadratic mean.
  public var isSilent: Bool { SoundMeasures(self).isSilent }
}
