internal import Foundation
internal import Kernels
internal import TensorCore

/// A sound, and what is worked out about it: what several descriptors are made of (the spectrum, the
/// mel bands) is made once.
///
/// Descriptors are extensions of this class, a file each. For one thread at a time.
public final class SoundAnalysis {
  /// The sound.
  public let clip: AudioClip
  /// How it is cut into frames.
  public let transform: ShortTimeFourier
  /// How many frames it has.
  public var frames: Int { transform.frames(of: clip.samples.count) }
  /// The distance of two frequencies, in Hz.
  var step: Float { Float(Double(clip.sampleRate) / Double(transform.length)) }

  private var melOfCount: [Int: FrameMatrix] = [:]
  private var melDecibelsOfCount: [Int: FrameMatrix] = [:]

  /// Nothing is worked out before it is asked for. The clip has at least one sample.
  public init(_ clip: AudioClip, _ transform: ShortTimeFourier = .standard) {
    precondition(!clip.samples.isEmpty, "an analysis of no samples")
    (self.clip, self.transform) = (clip, transform)
  }

  private var keptSpectrum: FrameSpectrum?

  /// The complex spectrum of each frame.
  public var spectrum: FrameSpectrum {
    if let keptSpectrum { return keptSpectrum }
    let spectrum = transform.spectrum(of: clip.samples)
    keptSpectrum = spectrum
    return spectrum
  }

  /// |X|², [bins, frames].
  public private(set) lazy var power: FrameMatrix =
    keptSpectrum?.power ?? transform.power(of: clip.samples)

  /// |X|, [bins, frames].
  public private(set) lazy var magnitudes: FrameMatrix = {
    let bins = transform.bins
    return power.map(rows: bins) { squareRoots(count: 16 * bins, $0, $1) }
  }()

  /// The power in mel bands from 0 Hz to half the rate, [bands, frames].
  public func mel(bands: Int = 128) -> FrameMatrix {
    if let mel = melOfCount[bands] { return mel }
    let filters = MelFilters.of(
      .init(sampleRate: clip.sampleRate, length: transform.length, count: bands))
    let mel = power.map(rows: bands) { filters.matrix.multiply($0, $1) }
    melOfCount[bands] = mel
    return mel
  }

  /// The mel bands in decibels, [bands, frames]: 10 log₁₀ of the power, at most 80 below the largest.
  public func melDecibels(bands: Int = 128) -> FrameMatrix {
    if let decibels = melDecibelsOfCount[bands] { return decibels }
    let decibels = mel(bands: bands).decibels()
    melDecibelsOfCount[bands] = decibels
    return decibels
  }
}

extension FrameMatrix {
  /// Power in decibels: 10 log₁₀ of at least 1e-10, and at most `range` below the largest.
  func decibels(range: Float = 80) -> FrameMatrix {
    var matrix = map(rows: rows) {
      Kernels.decibels(count: 16 * rows, least: 1e-10, $0, $1)
    }
    let floor = matrix.largest - range
    let count = matrix.lanes.count
    matrix.lanes.write { raise(count: count, to: floor, $0) }
    return matrix
  }
}
