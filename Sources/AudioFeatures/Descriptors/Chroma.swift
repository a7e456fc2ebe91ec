internal import Foundation
internal import Kernels
internal import TensorCore

extension SoundAnalysis {
  /// How much of each of the twelve pitch classes there is, C first, [12, frames]: the largest of a
  /// frame is 1, and silence is 0. The classes are tuned as the sound is (`tuning`).
  public func chroma() -> FrameMatrix {
    let classes = ChromaFilters.classes
    let filters = ChromaFilters.of(
      .init(sampleRate: clip.sampleRate, length: transform.length, tuning: tuning()))
    return power.map(rows: classes) { spectrum, chroma in
      multiplyLanes(rows: classes, columns: transform.bins, filters, spectrum, chroma)
      for lane in 0..<16 {
        let largest = (0..<classes).reduce(Float(0)) { max($0, chroma[16 * $1 + lane]) }
        guard largest >= .leastNormalMagnitude else { continue }
        for row in 0..<classes { chroma[16 * row + lane] /= largest }
      }
    }
  }

  /// How far the sound is tuned from A = 440 Hz, in hundredths of a semitone from −0.5 to 0.49, as a
  /// share of a semitone; 0 where there is no pitch.
  ///
  /// Pitches are peaks of the spectrum from 150 Hz to 4 kHz above a tenth of their frame's power. Of
  /// their distances from the nearest semitone the most frequent one counts, over the upper half of
  /// the pitches by their height.
  func tuning() -> Double {
    let (bins, step) = (transform.bins, Double(step))
    let highest = min(4000, Double(clip.sampleRate) / 2)
    let inside = (1..<bins - 1).filter { Double($0) * step >= 150 && Double($0) * step < highest }
    guard let first = inside.first, let last = inside.last else { return 0 }
    var (pitches, heights) = ([Float](), [Float]())
    power.lanes.read { spectra in
      for block in 0..<power.blocks {
        findPeaks(
          count: min(16, frames - 16 * block), bins: bins, in: first..<last + 1, above: 0.1,
          spectra + 16 * block * bins
        ) { bin, shift, height in
          pitches.append(Float((Double(bin) + Double(shift)) * step))
          heights.append(height)
        }
      }
    }
    guard !pitches.isEmpty else { return 0 }
    let threshold = heights.median()
    var counts = [Int](repeating: 0, count: 100)
    for (pitch, height) in zip(pitches, heights) where height >= threshold {
      let semitones = 12 * log2f(pitch / 27.5)
      var distance = Double(semitones - semitones.rounded(.down))
      if distance >= 0.5 { distance -= 1 }
      counts[min(99, max(0, Int((distance + 0.5) * 100)))] += 1
    }
    return Double(counts.argmax()) / 100 - 0.5
  }
}

extension [Float] {
  /// The middle number, or the mean of the two in the middle; of none NaN.
  func median() -> Float {
    guard !isEmpty else { return .nan }
    var numbers = self
    let upper = numbers.select(count / 2)
    guard count % 2 == 0 else { return upper }
    // Selection leaves everything smaller in front.
    let lower = numbers[..<(count / 2)].reduce(-Float.infinity) { Swift.max($0, $1) }
    return (lower + upper) / 2
  }

  /// The number that would be at `rank` if all were in order; afterwards what is in front of the
  /// place is not larger, and what is behind is not smaller (Hoare 1961, DOI 10.1145/366622.366647).
  private mutating func select(_ rank: Int) -> Float {
    var (low, high) = (0, count - 1)
    while low < high {
      let pivot = self[(low + high) / 2]
      var (i, j) = (low, high)
      while i <= j {
        while self[i] < pivot { i += 1 }
        while pivot < self[j] { j -= 1 }
        if i <= j {
          swapAt(i, j)
          i += 1
          j -= 1
        }
      }
      if rank <= j { high = j } else if rank >= i { low = i } else { break }
    }
    return self[rank]
  }
}
