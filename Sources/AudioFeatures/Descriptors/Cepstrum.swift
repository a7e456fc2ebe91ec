internal import Foundation
internal import Kernels
internal import Synchronization

extension SoundAnalysis {
  /// Mel-frequency cepstral coefficients (Davis and Mermelstein 1980, DOI
  /// 10.1109/TASSP.1980.1163420), [count, frames]: the first of the orthonormal cosine transform of
  /// 128 mel bands in decibels.
  public func mfcc(_ count: Int = 20) -> FrameMatrix {
    let bands = 128
    let cosines = CosineTransform.matrix(rows: count, columns: bands)
    return melDecibels(bands: bands).map(rows: count) {
      multiplyLanes(rows: count, columns: bands, cosines, $0, $1)
    }
  }
}

extension FrameMatrix {
  /// How fast each row changes, per frame: the slope of the line through nine frames (Savitzky and
  /// Golay 1964, DOI 10.1021/ac60214a047), at the ends that of the first and of the last nine.
  ///
  /// Throws `AudioError.tooShort` for fewer than nine frames.
  public func deltas() throws(AudioError) -> FrameMatrix {
    let reach = 4
    guard frames > 2 * reach else {
      throw .tooShort(frames: frames, needs: "9 of them for a slope")
    }
    let slopes = (0..<rows).map { index in
      let row = row(index)
      return (0..<frames).map { frame in
        let middle = min(max(frame, reach), frames - 1 - reach)
        var sum: Float = 0
        for offset in 1...reach {
          sum += Float(offset) * (row[middle + offset] - row[middle - offset])
        }
        return sum / 60
      }
    }
    return FrameMatrix(rows: rows, frames: frames) { block, lanes in
      for row in 0..<rows {
        for lane in 0..<16 {
          lanes[16 * row + lane] = slopes[row][min(16 * block + lane, frames - 1)]
        }
      }
    }
  }
}

/// The orthonormal discrete cosine transform of the second kind, as a matrix.
private enum CosineTransform {
  private struct Key: Hashable {
    var rows, columns: Int
  }
  private static let made = Mutex<[Key: [Float]]>([:])

  static func matrix(rows: Int, columns: Int) -> [Float] {
    made.withLock { made in
      let key = Key(rows: rows, columns: columns)
      if let matrix = made[key] { return matrix }
      let matrix = (0..<rows).flatMap { k in
        let scale = ((k == 0 ? 1.0 : 2.0) / Double(columns)).squareRoot()
        return (0..<columns).map { n in
          Float(scale * cos(Double.pi * Double(k * (2 * n + 1)) / Double(2 * columns)))
        }
      }
      made[key] = matrix
      return matrix
    }
  }
}
