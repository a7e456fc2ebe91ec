internal import Foundation
internal import Kernels
internal import TensorCore

// Each is [1, frames] unless it says otherwise. Weights are magnitudes, not powers.
extension SoundAnalysis {
  /// The mean frequency, in Hz.
  public func spectralCentroid() -> FrameMatrix {
    magnitudes.map(rows: 1) { spectralCentroids(bins: transform.bins, step: step, $0, $1) }
  }

  /// The deviation from the mean frequency, in Hz.
  public func spectralBandwidth() -> FrameMatrix {
    magnitudes.map(rows: 1) { spectrum, bandwidths in
      spectralCentroids(bins: transform.bins, step: step, spectrum, bandwidths)
      spectralBandwidths(
        bins: transform.bins, step: step, spectrum, centroids: bandwidths, bandwidths)
    }
  }

  /// The frequency below which there is 85 % of the magnitude, in Hz.
  public func spectralRolloff() -> FrameMatrix {
    magnitudes.map(rows: 1) {
      spectralRolloffs(bins: transform.bins, step: step, part: 0.85, $0, $1)
    }
  }

  /// How much a frame is like noise: 1 for white noise and for silence, near 0 for a tone.
  public func spectralFlatness() -> FrameMatrix {
    power.map(rows: 1) { spectralFlatnesses(bins: transform.bins, least: 1e-10, $0, $1) }
  }

  /// The spectral contrast (Jiang et al. 2002, DOI 10.1109/ICME.2002.1035731), [7, frames]: how many
  /// decibels the largest fiftieth of the frequencies is above the smallest, below 200 Hz and in
  /// six octaves from there; the last goes on to half the rate.
  ///
  /// Throws `AudioError.rateTooLow` for less than 12,800 samples a second, where the last octave
  /// would be empty.
  public func spectralContrast() throws(AudioError) -> FrameMatrix {
    let bands = try contrastBands()
    var valleys = magnitudes.map(rows: bands.count) { _, lanes in
      lanes.update(repeating: 0, count: 16 * bands.count)
    }
    var peaks = valleys
    let bins = transform.bins
    magnitudes.lanes.read { spectra in
      valleys.lanes.write { valleys in
        peaks.lanes.write { peaks in
          for block in 0..<magnitudes.blocks {
            for (row, band) in bands.enumerated() {
              let place = 16 * (block * bands.count + row)
              spectralExtremes(
                bins: band.bins.count, count: band.extremes,
                spectra + 16 * (block * bins + band.bins.lowerBound),
                smallest: valleys + place, largest: peaks + place)
            }
          }
        }
      }
    }
    // Each within its own 80 decibels; then one from the other.
    var contrast = peaks.decibels()
    let floor = valleys.decibels()
    floor.lanes.read { floor in
      contrast.lanes.write { contrast in
        for index in 0..<valleys.lanes.count { contrast[index] -= floor[index] }
      }
    }
    return contrast
  }

  /// The bins of each band, and how many of them are its peak and its valley.
  private func contrastBands() throws(AudioError) -> [(bins: Range<Int>, extremes: Int)] {
    let (lowest, octaves) = (200.0, 6)
    let edges = [0] + (0...octaves).map { lowest * exp2(Double($0)) }
    guard edges[octaves] < Double(clip.sampleRate) / 2 else {
      throw .rateTooLow(
        sound: clip.source?.name ?? "sound", sampleRate: clip.sampleRate,
        needs: "more than \(Int(2 * edges[octaves])) for the six octaves of spectral contrast")
    }
    let width = Double(clip.sampleRate) / Double(transform.length)
    return (0...octaves).map { band in
      let inside = (0..<transform.bins).filter {
        Double($0) * width >= edges[band] && Double($0) * width <= edges[band + 1]
      }
      // A band begins one bin early and, except for the last, does without its last bin.
      let first = max(0, (inside.first ?? 1) - (band > 0 ? 1 : 0))
      let isLast = band == octaves
      let end = isLast ? transform.bins : (inside.last ?? first) + 1
      let extremes = max(1, Int((0.02 * Double(end - first)).rounded(.toNearestOrEven)))
      return (first..<(isLast ? end : max(first + 1, end - 1)), extremes)
    }
  }
}
