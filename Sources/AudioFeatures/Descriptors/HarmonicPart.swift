internal import Foundation
internal import Kernels
internal import TensorCore

extension SoundAnalysis {
  /// The sound taken apart into what lasts (a tone: a line along time in the spectrogram) and what
  /// is short (a beat: a line along frequency), by medians of 31 frames and of 31 frequencies
  /// (Fitzgerald, DAFx 2010). Each part of a spectrum goes to the two by the squares of its medians.
  ///
  /// The two add up to the sound, and the percussive part is what the harmonic one leaves.
  public func harmonicAndPercussive() -> (harmonic: [Float], percussive: [Float]) {
    let (bins, samples) = (transform.bins, clip.samples)
    let complex = spectrum.complex
    let magnitudes = spectrum.magnitudes
    let lasting = magnitudes.mediansOverTime()
    let reach = FrameMatrix.median.width / 2
    var harmonic: [Float] = []
    withScratch((bins + 2 * reach) * 16 + bins * 16) { padded in
      let short = padded + (bins + 2 * reach) * 16
      Tensor.read(complex.lanes, magnitudes.lanes, lasting.lanes) { complex, magnitudes, lasting in
        harmonic = transform.signal(count: samples.count) { block, masked in
          let spectrum = magnitudes + block * bins * 16
          for index in 0..<bins + 2 * reach {
            let bin = reflected(index - reach, count: bins)
            (padded + 16 * index).update(from: spectrum + 16 * bin, count: 16)
          }
          FrameMatrix.median(count: bins, padded, short)
          softMask(
            bins: bins, lasting + block * bins * 16, short, complex + block * bins * 32, masked)
        }
      }
    }
    return (harmonic, zip(samples, harmonic).map { $0 - $1 })
  }
}

extension FrameMatrix {
  fileprivate static let median = RunningMedian(width: 31)

  /// Each number becomes the median of 31 frames around it; beyond the ends the frames are mirrored.
  fileprivate func mediansOverTime() -> FrameMatrix {
    let reach = Self.median.width / 2
    var result = self
    result.lanes.write { target in
      // Sixteen rows side by side, frame by frame: turned, filtered, and turned back.
      let rounded = 16 * blocks
      withScratch((rounded + 2 * reach) * 16 + rounded * 16 + 256) { padded in
        let series = padded + reach * 16
        let medians = padded + (rounded + 2 * reach) * 16
        let tile = medians + rounded * 16
        lanes.read { source in
          for first in stride(from: 0, to: rows, by: 16) {
            let count = min(16, rows - first)
            if count < 16 { tile.update(repeating: 0, count: 256) }
            for block in 0..<blocks {
              var rowsOfBlock = source + (block * rows + first) * 16
              if count < 16 {
                tile.update(from: rowsOfBlock, count: 16 * count)
                rowsOfBlock = UnsafePointer(tile)
              }
              transposeTile(rowsOfBlock, xStride: 16, series + block * 256, yStride: 16)
            }
            for index in 0..<reach {
              let before = reflected(-1 - index, count: frames)
              let behind = reflected(frames + index, count: frames)
              (series - 16 * (index + 1)).update(from: series + 16 * before, count: 16)
              (series + 16 * (frames + index)).update(from: series + 16 * behind, count: 16)
            }
            Self.median(count: frames, padded, medians)
            for block in 0..<blocks {
              transposeTile(medians + block * 256, xStride: 16, tile, yStride: 16)
              (target + (block * rows + first) * 16).update(from: tile, count: 16 * count)
            }
          }
        }
      }
    }
    return result
  }
}

/// An index beyond the ends of a series mirrored into it, the ends included: … 1 0 | 0 1 … n−1 | n−1 …
private func reflected(_ index: Int, count: Int) -> Int {
  let period = 2 * count
  let place = (index % period + period) % period
  return place < count ? place : period - 1 - place
}
