internal import TensorCore

/// Whether the weights say by how much the answer changes (faithfulness correlation: Bhatt, Weller and
/// Moura 2020, DOI 10.24963/ijcai.2020/417).
///
/// Random parts of the picture are hidden, a fifth of them each time. How much the class's probability
/// falls is set against the sum of their weights. The pictures are new ones, so that a method fitted
/// to pictures of its own is not asked about those.
struct Faithfulness {
  /// The parts that each picture hides, and by how much the probability falls.
  private let hidden: [[Int]]
  private let falls: [Double]

  /// Asks the network about `subsets` pictures.
  init(
    of pictures: PartialPictures, _ network: any ExplainedNetwork, classIndex: Int, subsets: Int,
    random: RandomStream
  ) throws {
    let parts = pictures.segmentation.count
    let size = max(1, parts / 5)
    let hidden = (0..<subsets).map { subset in
      var stream = random.substream(subset)
      return Array(stream.permutation(parts).prefix(size))
    }
    // The whole picture first.
    var flags = [Bool](repeating: true, count: (subsets + 1) * parts)
    for (subset, chosen) in hidden.enumerated() {
      for part in chosen { flags[(subset + 1) * parts + part] = false }
    }
    let answers = try pictures.answers(
      to: Masks(samples: subsets + 1, parts: parts, isShown: flags), of: network, batchSize: 128,
      progress: { _ in })[classIndex]
    self.hidden = hidden
    falls = answers.dropFirst().map { answers[0] - $0 }
  }

  /// Pearson's correlation of the falls with the sums of the hidden parts' weights, in -1...1; 0 where
  /// either never changes.
  func correlation(with weights: [Double]) -> Double {
    pearson(hidden.map { $0.reduce(0) { $0 + weights[$1] } }, falls)
  }
}

/// Pearson's correlation, 0 where either of the two never changes.
func pearson(_ x: [Double], _ y: [Double]) -> Double {
  precondition(x.count == y.count, "\(x.count) numbers against \(y.count)")
  let count = Double(max(1, x.count))
  let (meanX, meanY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
  var (xx, yy, xy) = (0.0, 0.0, 0.0)
  for (a, b) in zip(x, y) {
    xx += (a - meanX) * (a - meanX)
    yy += (b - meanY) * (b - meanY)
    xy += (a - meanX) * (b - meanY)
  }
  return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : 0
}
