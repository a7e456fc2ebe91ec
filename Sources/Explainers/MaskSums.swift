internal import Kernels
internal import TensorCore

/// What soft masks and the answers to them add up to, pixel by pixel, in Double: all that a map of RISE
/// and its errors need.
struct MaskSums {
  /// How many samples there are.
  private var count = 0.0
  /// Σ f_n and Σ f_n² a class.
  private var (answers, squares): ([Double], [Double]) = ([], [])
  /// Rows of a number a pixel: for each class Σ f_n M_n, Σ f_n² M_n, Σ f_n M_n² and Σ f_n² M_n², then
  /// Σ M_n and Σ M_n².
  private var sums: [Double] = []
  private var size = 0

  /// Adds samples.
  ///
  /// - Parameters:
  ///   - masks: [n, H, W].
  ///   - probabilities: n rows of K.
  ///   - rows: which of the n are added.
  mutating func add(_ masks: Tensor, _ probabilities: [Float], _ classCount: Int, rows: [Int]) {
    if sums.isEmpty {
      size = masks.shape.withoutFirst.count
      answers = [Double](repeating: 0, count: classCount)
      squares = answers
      sums = [Double](repeating: 0, count: (4 * classCount + 2) * size)
    }
    count += Double(rows.count)
    for row in rows {
      for index in 0..<classCount {
        let answer = Double(probabilities[row * classCount + index])
        answers[index] += answer
        squares[index] += answer * answer
      }
    }
    let size = size
    sums.withUnsafeMutableBufferPointer { buffer in
      guard let sums = buffer.baseAddress else { return }
      masks.read { masks in
        parallelFor(classCount + 1) { index in
          let first = sums + 4 * index * size
          for row in rows {
            let mask = masks + row * size
            guard index < classCount else {
              for pixel in 0..<size {
                let shown = Double(mask[pixel])
                first[pixel] += shown
                first[size + pixel] += shown * shown
              }
              continue
            }
            let answer = Double(probabilities[row * classCount + index])
            for pixel in 0..<size {
              let shown = Double(mask[pixel])
              let product = answer * shown
              first[pixel] += product
              first[size + pixel] += product * answer
              first[2 * size + pixel] += product * shown
              first[3 * size + pixel] += product * product
            }
          }
        }
      }
    }
  }

  /// The sums of both.
  func adding(_ other: MaskSums) -> MaskSums {
    if sums.isEmpty { return other }
    var both = self
    if other.sums.isEmpty { return both }
    both.count += other.count
    both.answers = zip(answers, other.answers).map { $0 + $1 }
    both.squares = zip(squares, other.squares).map { $0 + $1 }
    both.sums = zip(sums, other.sums).map { $0 + $1 }
    return both
  }

  /// Σ f_n M_n / Σ M_n − (1/N) Σ f_n of each pixel; 0 for one that no mask showed, which has told
  /// nothing.
  func map(ofClass index: Int) -> [Double] {
    let mean = answers.isEmpty ? 0 : answers[index] / max(1, count)
    let shown = 4 * answers.count * size
    return (0..<size).map { pixel in
      sums[shown + pixel] > 0
        ? sums[4 * index * size + pixel] / sums[shown + pixel] - mean : 0
    }
  }

  /// How far each pixel's weight would stray if other masks had been drawn. With r = Σ f M / Σ M, S = Σ M and
  /// the mean answer m, sample n changes the weight by
  ///
  ///     d_n = M_n (f_n − r) / S − (f_n − m) / N
  ///
  /// and the error is √Σ d_n² (linearisation of a ratio; Cochran 1977, Sampling Techniques, 3rd edition,
  /// section 6.4).
  func standardErrors(ofClass index: Int) -> [Double] {
    guard !answers.isEmpty, count > 0 else { return [] }
    let (first, shown) = (4 * index * size, 4 * answers.count * size)
    let ofMean = max(0, squares[index] / count - answers[index] * answers[index] / count / count)
    return (0..<size).map { pixel in
      let total = sums[shown + pixel]
      guard total > 0 else { return 0 }
      let ratio = sums[first + pixel] / total
      let ofRatio =
        sums[first + 3 * size + pixel] - 2 * ratio * sums[first + 2 * size + pixel]
        + ratio * ratio * sums[shown + size + pixel]
      let together = sums[first + size + pixel] - ratio * ratio * total
      let square =
        ofRatio / total / total - 2 * together / total / count + ofMean / count
      return max(0, square).squareRoot()
    }
  }
}
