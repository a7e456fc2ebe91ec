/// How far two lists of weights, a part each, agree on what matters: for explanations of one picture
/// from several seeds, from two halves of the samples or by two methods.
public enum RankAgreement {
  /// The `count` parts of the largest weights, either way: what speaks most for a class or against
  /// it. Of equals those of lower numbers; all parts where there are fewer.
  public static func strongest(_ weights: [Double], count: Int) -> [Int] {
    Array(
      weights.indices.sorted { (abs(weights[$1]), $0) < (abs(weights[$0]), $1) }
        .prefix(max(0, count)))
  }

  /// The Jaccard index |A ∩ B| / |A ∪ B| of the strongest parts of two lists, from 0 to 1 (Jaccard
  /// 1912, DOI 10.1111/j.1469-8137.1912.tb05611.x). Two empty sets agree: 1.
  public static func jaccard(_ a: [Double], _ b: [Double], strongest count: Int) -> Double {
    precondition(a.count == b.count, "\(a.count) weights against \(b.count)")
    let (first, second) = (Set(strongest(a, count: count)), Set(strongest(b, count: count)))
    let union = first.union(second).count
    return union == 0 ? 1 : Double(first.intersection(second).count) / Double(union)
  }

  /// Spearman's rank correlation, from -1 to 1: Pearson's of the ranks, equals having the mean of
  /// theirs (Spearman 1904, DOI 10.2307/1412159). Nil where all of a list are equal, or not numbers.
  public static func spearman(_ a: [Double], _ b: [Double]) -> Double? {
    precondition(a.count == b.count, "\(a.count) weights against \(b.count)")
    guard (a + b).allSatisfy({ !$0.isNaN }) else { return nil }
    let (first, second) = (ranks(a), ranks(b))
    let mean = Double(a.count + 1) / 2
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (x, y) in zip(first, second) {
      xx += (x - mean) * (x - mean)
      yy += (y - mean) * (y - mean)
      xy += (x - mean) * (y - mean)
    }
    return xx > 0 && yy > 0 ? max(-1, min(1, xy / (xx * yy).squareRoot())) : nil
  }

  /// The mean of a measure over all pairs of lists; nil where there are fewer than two lists, or for
  /// a pair that has none.
  public static func mean(
    overPairsOf lists: [[Double]], _ measure: ([Double], [Double]) -> Double?
  ) -> Double? {
    var (sum, pairs) = (0.0, 0)
    for (index, first) in lists.enumerated() {
      for second in lists[(index + 1)...] {
        guard let value = measure(first, second) else { return nil }
        sum += value
        pairs += 1
      }
    }
    return pairs > 0 ? sum / Double(pairs) : nil
  }

  /// The rank of each number from 1 on, equals having the mean of theirs.
  private static func ranks(_ numbers: [Double]) -> [Double] {
    let order = numbers.indices.sorted { numbers[$0] < numbers[$1] }
    var ranks = [Double](repeating: 0, count: numbers.count)
    var start = 0
    while start < order.count {
      var end = start
      while end < order.count, numbers[order[end]] == numbers[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + 1 + end) / 2 }
      start = end
    }
    return ranks
  }
}
