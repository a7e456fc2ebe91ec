internal import Foundation
internal import Kernels
public import TensorCore

/// The short-time Fourier transform: what is in a sound, frame by frame.
///
/// Frames of `length` samples are `hop` apart and centred: frame f is about sample f · hop, with
/// zeros beyond the ends, so there are 1 + samples / hop of them. The window is Hann's, periodic.
/// These are librosa's definitions and, by default, its settings.
public struct ShortTimeFourier: Sendable {
  /// Samples of a frame, a power of two.
  public let length: Int
  /// Samples from one frame to the next.
  public let hop: Int
  /// Frequencies of a frame, length / 2 + 1.
  public var bins: Int { length / 2 + 1 }

  /// 0.5 − 0.5 cos(2πi / length).
  let window: [Float]
  private let plan: RealFourier

  /// 2,048 samples, 512 apart.
  public static let standard = ShortTimeFourier()

  private init() { self.init(unchecked: 2048, hop: 512) }

  /// Throws `SettingError` for a length that is not a power of two between 16 and 65,536, or a hop
  /// that is not within the length.
  public init(length: Int, hop: Int) throws(SettingError) {
    try SettingError.expect(
      RealFourier.isSupported(length) && length >= 16 && length <= 65536, key: "frame_length",
      found: length, expected: "a power of 2 from 16 to 65536")
    try SettingError.expect(
      hop >= 1 && hop <= length, key: "hop_length", found: hop, expected: "from 1 to \(length)")
    self.init(unchecked: length, hop: hop)
  }

  private init(unchecked length: Int, hop: Int) {
    (self.length, self.hop) = (length, hop)
    window = Self.hann(length)
    plan = RealFourier(length: length)
  }

  /// Hann's window as one period of a signal that goes on.
  static func hann(_ length: Int) -> [Float] {
    (0..<length).map { Float(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(length))) }
  }

  /// How many frames a sound of `samples` samples has.
  public func frames(of samples: Int) -> Int { 1 + samples / hop }

  /// The power |X|² of each frequency of each frame, [bins, frames].
  public func power(of samples: [Float]) -> FrameMatrix {
    let frames = frames(of: samples.count)
    return withFrames(of: samples) { gather in
      FrameMatrix(rows: bins, frames: frames) { block, power in
        gather(block) { signals in plan.power(signals, power) }
        clear(frames - 16 * block, rows: bins, power)
      }
    }
  }

  /// The spectrum of each frame.
  public func spectrum(of samples: [Float]) -> FrameSpectrum {
    let frames = frames(of: samples.count)
    return withFrames(of: samples) { gather in
      let complex = FrameMatrix(rows: 2 * bins, frames: frames) { block, spectra in
        gather(block) { signals in plan.transform(signals, spectra) }
        clear(frames - 16 * block, rows: 2 * bins, spectra)
      }
      return FrameSpectrum(bins: bins, complex: complex)
    }
  }

  /// Lends blocks of sixteen windowed frames, one block at a time.
  private func withFrames<Result>(
    of samples: [Float],
    _ body: (_ gather: (_ block: Int, (UnsafeMutablePointer<Float>) -> Void) -> Void) -> Result
  ) -> Result {
    let blocks = FrameMatrix.blocks(of: frames(of: samples.count))
    let paddedCount = (16 * blocks - 1) * hop + length
    return withScratch(paddedCount) { padded in
      let middle = min(samples.count, paddedCount - length / 2)
      padded.update(repeating: 0, count: length / 2)
      samples.withUnsafeBufferPointer { source in
        if let start = source.baseAddress {
          (padded + length / 2).update(from: start, count: middle)
        }
      }
      (padded + length / 2 + middle).update(
        repeating: 0, count: paddedCount - length / 2 - middle)
      return withScratch(16 * length) { signals in
        body { block, use in
          gatherFrames(
            length: length, hop: hop, padded + 16 * block * hop, window: window, signals)
          use(signals)
        }
      }
    }
  }

  /// What the sound's frames are not is silence: of sixteen only the first `count` are.
  private func clear(_ count: Int, rows: Int, _ lanes: UnsafeMutablePointer<Float>) {
    guard count < 16 else { return }
    for row in 0..<rows {
      for lane in count..<16 { lanes[16 * row + lane] = 0 }
    }
  }

  /// The sound that has nearly these spectra: each frame's inverse transform times the window, added
  /// up, and divided by the sum of the squared windows. It undoes `spectrum(of:)`.
  ///
  /// - Parameters:
  ///   - count: samples of the sound.
  ///   - spectra: writes the spectra of a block into [bins, 2, 16].
  func signal(
    count: Int, spectra: (_ block: Int, UnsafeMutablePointer<Float>) -> Void
  ) -> [Float] {
    let frames = frames(of: count)
    let reach = (frames - 1) * hop + length
    return withScratch(2 * reach) { sums in
      let weights = sums + reach
      sums.update(repeating: 0, count: 2 * reach)
      let squares = window.map { $0 * $0 }
      withScratch(bins * 32 + length * 16) { spectrum in
        let signals = spectrum + bins * 32
        for block in 0..<FrameMatrix.blocks(of: frames) {
          spectra(block, spectrum)
          plan.inverse(spectrum, signals)
          addFrames(
            count: min(16, frames - 16 * block), length: length, hop: hop, signals, window: window,
            sums + 16 * block * hop)
        }
      }
      for frame in 0..<frames { addSignal(count: length, squares, weights + frame * hop) }
      return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
        for index in 0..<count {
          let place = index + length / 2
          let weight = place < reach ? weights[place] : 0
          buffer[index] = weight > .leastNormalMagnitude ? sums[place] / weight : 0
        }
        filled = count
      }
    }
  }
}

/// The spectra of a sound's frames: complex numbers of `bins` frequencies.
public struct FrameSpectrum: Sendable {
  /// Frequencies of a frame.
  public let bins: Int
  /// Real and imaginary parts in turn, [2 · bins, frames].
  let complex: FrameMatrix

  /// The real and the imaginary part of a frequency in a frame.
  public subscript(_ bin: Int, _ frame: Int) -> (real: Float, imaginary: Float) {
    (complex[2 * bin, frame], complex[2 * bin + 1, frame])
  }

  /// |X|, [bins, frames].
  public var magnitudes: FrameMatrix {
    complex.map(rows: bins) { Kernels.magnitudes(bins: bins, $0, $1) }
  }

  /// |X|², [bins, frames].
  public var power: FrameMatrix { complex.map(rows: bins) { powers(bins: bins, $0, $1) } }
}
