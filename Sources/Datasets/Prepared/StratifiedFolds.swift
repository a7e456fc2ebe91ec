public import TensorCore

/// Deals examples to folds so that each fold has every class in proportion: the fold, in 0..<count, of
/// each example.
///
/// Without groups the counts of a class in two folds differ by at most one, and so do the folds'
/// sizes. With groups none is torn apart, and classes are as even as that allows: the groups whose
/// classes are most uneven are dealt first, each to the fold that makes the shares of the classes
/// most alike (scikit-learn's StratifiedGroupKFold).
///
/// - Parameters:
///   - labels: N class indices in 0..<classCount.
///   - count: how many folds, from 2 to the number of examples, or of groups.
///   - groups: N numbers, equal for examples that belong together; nil where each stands alone.
///   - random: decides which example goes where.
func stratifiedFolds(
  labels: [Int], classCount: Int, count: Int, groups: [Int]? = nil, random: RandomStream
) -> [Int] {
  precondition(count >= 2, "\(count) folds")
  guard let groups else {
    var (folds, dealt) = ([Int](repeating: 0, count: labels.count), 0)
    for index in 0..<classCount {
      let members = labels.indices.filter { labels[$0] == index }
      var stream = random.substream(index)
      // Dealing goes on where the class before ended, so that the folds stay of one size.
      for place in stream.permutation(members.count) {
        folds[members[place]] = dealt % count
        dealt += 1
      }
    }
    return folds
  }
  precondition(groups.count == labels.count, "\(groups.count) groups of \(labels.count) rows")
  let totals = labels.reduce(into: [Double](repeating: 0, count: classCount)) { $0[$1] += 1 }
  var counts: [Int: [Double]] = [:]
  for (group, label) in zip(groups, labels) {
    counts[group, default: [Double](repeating: 0, count: classCount)][label] += 1
  }
  var stream = random
  let names = counts.keys.sorted()
  let shuffled = stream.permutation(names.count).map { names[$0] }
  let unevenness = counts.mapValues(deviation)
  // A stable order, so that the draw decides among equals.
  let order = shuffled.enumerated().sorted {
    let (a, b) = (unevenness[$0.element] ?? 0, unevenness[$1.element] ?? 0)
    return a != b ? a > b : $0.offset < $1.offset
  }.map(\.element)

  var dealt = [[Double]](
    repeating: [Double](repeating: 0, count: classCount), count: count)
  var foldOf: [Int: Int] = [:]
  for group in order {
    let own = counts[group] ?? []
    func unevenness(with fold: Int) -> Double {
      var sum = 0.0
      for c in 0..<classCount where totals[c] > 0 {
        sum += deviation(
          dealt.indices.map { (dealt[$0][c] + ($0 == fold ? own[c] : 0)) / totals[c] })
      }
      return sum
    }
    let sizes = dealt.map { $0.reduce(0, +) }
    var (best, bestValue) = (0, Double.infinity)
    for fold in 0..<count {
      let value = unevenness(with: fold)
      let isSmaller = abs(value - bestValue) <= 1e-12 && sizes[fold] < sizes[best]
      if value < bestValue - 1e-12 || isSmaller { (best, bestValue) = (fold, value) }
    }
    for c in 0..<classCount { dealt[best][c] += own[c] }
    foldOf[group] = best
  }
  return groups.map { foldOf[$0] ?? 0 }
}

/// The standard deviation of numbers about their mean.
private func deviation(_ values: [Double]) -> Double {
  let mean = values.reduce(0, +) / Double(values.count)
  return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
}

extension PreparedDataset {
  /// Deals rows to folds as `stratifiedFolds` says, by the manifest's groups where there are any:
  /// the rows of each fold, in order.
  ///
  /// Throws `DatasetError.badPreparedData` where there are fewer rows or groups than folds, or
  /// groups that are no list of a word or number a row.
  ///
  /// - Parameters:
  ///   - rows: rows of the data set.
  ///   - count: how many folds.
  ///   - keepsGroups: false deals rows out without regard to their groups.
  ///   - random: decides which row goes where.
  public func folds(
    of rows: [Int], count: Int, keepsGroups: Bool = true, random: RandomStream
  ) throws -> [[Int]] {
    let groups = keepsGroups ? try groupIndices() : nil
    let parts = groups.map { groups in Set(rows.map { groups[$0] }).count } ?? rows.count
    guard parts >= count else {
      throw unfit(
        "\(parts) \(groups == nil ? "rows" : "groups of rows") cannot be dealt to \(count) folds",
        remedy: "ask for at most \(parts) folds")
    }
    let folds = stratifiedFolds(
      labels: rows.map(label), classCount: manifest.classes.count, count: count,
      groups: groups.map { groups in rows.map { groups[$0] } }, random: random)
    return (0..<count).map { fold in zip(rows, folds).filter { $0.1 == fold }.map(\.0) }
  }

  /// Draws about a share of `rows`, by the manifest's groups where there are any: no group stands in both
  /// parts. Of groups at least one is drawn and one is left. Throws as `folds`, and where all rows are
  /// of one group.
  public func groupedSplit(
    _ rows: [Int], fraction: Double, random: RandomStream
  ) throws -> (drawn: [Int], rest: [Int]) {
    guard let groups = try groupIndices() else {
      return stratifiedSplit(rows, fraction: fraction, random: random)
    }
    let present = Set(rows.map { groups[$0] }).count
    guard present > 1 else {
      let kind = manifest.groupKind ?? "group"
      throw unfit(
        "all \(rows.count) rows are of one \(kind), which cannot stand on both sides",
        remedy:
          "prepare data of more \(kind)s, ask for no folds, "
          + "choose on another split with --select-on, or say --set data.groups=mixed")
    }
    let count = max(2, min(present, Int((1 / fraction).rounded())))
    let drawn = try folds(of: rows, count: count, random: random)[0]
    let isDrawn = Set(drawn)
    return (drawn, rows.filter { !isDrawn.contains($0) })
  }

  /// Whether its rows belong to groups.
  public var hasGroups: Bool { manifest.groups != .null }

  /// The group of every row as a number, nil where the manifest has none.
  private func groupIndices() throws -> [Int]? {
    if manifest.groups == .null { return nil }
    guard case .array(let names) = manifest.groups, names.count == count else {
      throw unfit(
        "the groups of its manifest are no list of one word or number for each of \(count) rows",
        remedy: "run mien prepare again to make it anew")
    }
    var numbers: [JSONValue: Int] = [:]
    return names.map { name in
      let number = numbers[name] ?? numbers.count
      numbers[name] = number
      return number
    }
  }
}
