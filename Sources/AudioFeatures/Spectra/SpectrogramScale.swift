internal import TensorCore

/// What the places of an image of a sound stand for: mel bands, the lowest first, over frames.
///
/// Places count from the edge of the image: band b covers b to b + 1, its middle is b + ½.
public struct SpectrogramScale: Sendable, Hashable {
  /// How many bands there are.
  public let bands: Int
  /// How many frames.
  public let frames: Int
  /// Samples a second of the sound, of which half is the highest frequency in Hz.
  public let sampleRate: Int
  /// Samples from one frame to the next.
  public let hop: Int

  /// The scale of so many bands and frames.
  public init(
    bands: Int, frames: Int, sampleRate: Int, hop: Int = ShortTimeFourier.standard.hop
  ) {
    precondition(bands > 0 && frames > 0 && sampleRate > 0 && hop > 0, "a scale of nothing")
    (self.bands, self.frames, self.sampleRate, self.hop) = (bands, frames, sampleRate, hop)
  }

  /// The frequency in Hz at a place: halfway, in mel, between the peaks of two neighbouring filters where a
  /// band ends and the next begins.
  public func hertz(atBand place: Double) -> Double {
    MelFilters.hertz(mel: top * (place + 0.5) / Double(bands + 1))
  }

  /// The place of a frequency in Hz, which may lie outside 0...bands.
  public func band(atHertz frequency: Double) -> Double {
    MelFilters.mel(hertz: frequency) / top * Double(bands + 1) - 0.5
  }

  /// The time in seconds at a place; frame f is about sample f · hop.
  public func seconds(atFrame place: Double) -> Double {
    (place - 0.5) * Double(hop) / Double(sampleRate)
  }

  private var top: Double { MelFilters.mel(hertz: Double(sampleRate) / 2) }
}

extension FeatureSet {
  /// Seconds from one frame to the next; nil where a row is no sequence of frames.
  public var secondsPerFrame: Double? {
    guard case .image = kind, let sampleRate else { return nil }
    return Double(hop) / Double(sampleRate)
  }

  /// What the places of an image of mel bands stand for; nil of other sets.
  public var spectrogramScale: SpectrogramScale? {
    guard case .image(let shape, let axes) = kind, axes == FeatureSet.melAxes, let sampleRate else {
      return nil
    }
    return SpectrogramScale(bands: shape[0], frames: shape[1], sampleRate: sampleRate, hop: hop)
  }
}
