public import Explainers

/// Where a part of a sound's picture lies: the ranges of places, and what they stand for, that hold all of it.
public struct PartRange: Sendable, Hashable, Codable {
  /// The first frame and the one after the last.
  public var frames: [Int]
  /// The first mel band and the one after the last, the lowest being 0; nil of series.
  public var bands: [Int]?
  /// The names of the numbers of a series; nil of spectrograms.
  public var columns: [String]?
  /// From when to when in the sound, in seconds; nil where it is not known.
  public var seconds: [Double]?
  /// From which to which frequency; nil where it is not known, and of series.
  public var hertz: [Double]?
}

extension InputConfiguration {
  /// The ranges of the parts of an explained sound; nil for faces and tables, and where each place is a part of
  /// its own.
  ///
  /// - Parameter start: where the sound begins in its recording, in seconds.
  public func partRanges(of parts: Segmentation, startingAt start: Double = 0) -> [PartRange]? {
    guard explainedKind == .spectrogram || explainedKind == .series, !parts.isOfPixels else {
      return nil
    }
    var boxes = [(x: ClosedRange<Int>, y: ClosedRange<Int>)?](repeating: nil, count: parts.count)
    for (pixel, part) in parts.labels.enumerated() {
      let (y, x) = pixel.quotientAndRemainder(dividingBy: parts.width)
      guard let box = boxes[part] else {
        boxes[part] = (x...x, y...y)
        continue
      }
      boxes[part] = (
        min(box.x.lowerBound, x)...max(box.x.upperBound, x),
        min(box.y.lowerBound, y)...max(box.y.upperBound, y)
      )
    }
    return boxes.compactMap { box in
      guard let box else { return nil }
      let isSeries = explainedKind == .series
      let (time, rows) = isSeries ? (box.y, box.x) : (box.x, box.y)
      func ends(_ range: ClosedRange<Int>) -> [Int] { [range.lowerBound, range.upperBound + 1] }
      return PartRange(
        frames: ends(time), bands: isSeries ? nil : ends(rows),
        columns: isSeries ? rows.map { columnNames[$0] } : nil,
        seconds: timeScale.map { scale in
          ends(time).map { start + max(0, scale.seconds(atFrame: Double($0))) }
        },
        hertz: isSeries
          ? nil
          : spectrogramScale.map { scale in
            ends(rows).map { scale.hertz(atBand: Double($0)) }
          })
    }
  }
}
