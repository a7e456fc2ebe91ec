/// Rows in the order of a score, the greatest first, counted at each distinct score: what every curve
/// over thresholds is made of. Rows of equal scores stand or fall together.
public struct ScoreRanking: Hashable, Sendable {
  /// The distinct scores, greatest first.
  public let thresholds: [Float]
  /// How many rows of the class have at least that score.
  public let truePositives: [Int]
  /// How many other rows have.
  public let falsePositives: [Int]

  /// The rows of the class.
  public var positives: Int { truePositives.last ?? 0 }
  /// The other rows.
  public var negatives: Int { falsePositives.last ?? 0 }

  /// Ranks N rows.
  ///
  /// - Parameters:
  ///   - scores: N numbers, none of them NaN: the greater, the more it speaks for the class.
  ///   - isPositive: whether each row is of the class.
  public init(scores: [Float], isPositive: [Bool]) {
    precondition(
      scores.count == isPositive.count, "\(scores.count) scores of \(isPositive.count) rows")
    // One whole number a row, whose order is that of the scores: sorting these is several times as
    // fast as sorting rows by their scores.
    let keys = zip(scores, isPositive).map { score, isPositive in
      UInt64(Self.ordered(score)) << 1 | (isPositive ? 1 : 0)
    }.sorted(by: >)
    var thresholds: [Float] = []
    var (hits, misses) = ([Int](), [Int]())
    var (hitCount, missCount) = (0, 0)
    for (index, key) in keys.enumerated() {
      if key & 1 == 1 { hitCount += 1 } else { missCount += 1 }
      guard index == keys.count - 1 || keys[index + 1] >> 1 != key >> 1 else { continue }
      thresholds.append(Self.score(UInt32(truncatingIfNeeded: key >> 1)))
      hits.append(hitCount)
      misses.append(missCount)
    }
    (self.thresholds, truePositives, falsePositives) = (thresholds, hits, misses)
  }

  /// A whole number that is greater where a float is: IEEE 754 floats of one sign are in the order of
  /// their bits, negative ones in the reverse of it.
  private static func ordered(_ score: Float) -> UInt32 {
    precondition(!score.isNaN, "a score is NaN")
    let bits = (score + 0).bitPattern  // −0 and 0 are one score
    return bits >> 31 == 1 ? ~bits : bits | 1 << 31
  }

  private static func score(_ ordered: UInt32) -> Float {
    Float(bitPattern: ordered >> 31 == 1 ? ordered & ~(1 << 31) : ~ordered)
  }
}
