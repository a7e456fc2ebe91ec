internal import TensorCore

/// Which coalitions KernelSHAP asks about, and how much each counts, for a number of pictures.
///
/// The Shapley kernel gives all coalitions of k of S parts together the weight (S − 1) / (k (S − k)).
/// Coalitions come in pairs with their complement, whose errors cancel each other (Covert and Lee 2021).
/// The pairs of sizes k and S − k are shared out by that weight: where a size's share covers all its
/// coalitions it has them all, each once, and the rest goes to the others; of the others so many
/// different ones are drawn as are due, and share the size's weight evenly.
struct ShapleyCoalitions {
  /// The coalitions, with neither all parts nor none.
  let masks: Masks
  /// How much each counts.
  let weights: [Double]
  /// Sizes, each with its complements' size, one behind the other in `masks`.
  private let sizes: [Size]

  /// The coalitions of one size and of its complements.
  private struct Size {
    let samples: Range<Int>
    /// Which share of all there are these are; 1 where nothing was left to chance.
    let share: Double
  }

  /// Of each coalition the share of its size's variance that chance can have: 0 where all of a size are
  /// asked about, near 1 where few of many are (the correction for samples without replacement).
  var chances: [Double] {
    sizes.flatMap { size in size.samples.map { _ in 1 - size.share } }
  }

  /// Two samples from one: of each size that was drawn from, every second pair each, weighing twice as
  /// much; of the others all in both. Their samples and weights; none where a size has one pair, which
  /// would have to be in both.
  var halves: [(samples: [Int], weights: [Double])] {
    if sizes.contains(where: { $0.share < 1 && $0.samples.count < 4 }) { return [] }
    return (0..<2).map { half in
      var (samples, shares): ([Int], [Double]) = ([], [])
      for size in sizes {
        let own = size.samples.filter {
          size.share == 1 || ($0 - size.samples.lowerBound) / 2 % 2 == half
        }
        samples += own
        shares += own.map { weights[$0] * Double(size.samples.count) / Double(own.count) }
      }
      return (samples, shares)
    }
  }

  /// The fewest pictures that determine the values of so many parts: all single parts and all but
  /// single ones, the whole picture and the hidden one.
  static func fewestPictures(parts: Int) -> Int { 2 * parts + 2 }

  /// About `pictures` − 2 coalitions of at least two parts.
  init(parts: Int, pictures: Int, random: RandomStream) {
    let counts = Self.pairs(parts: parts, budget: max(1, (pictures - 2) / 2))
    var isShown: [Bool] = []
    var weights: [Double] = []
    var sizes: [Size] = []
    for (size, (count, all)) in zip(1..., counts) {
      let subsets =
        Double(count) >= all
        ? Self.everySubset(of: parts, size: size)
        : Self.someSubsets(of: parts, size: size, count: count, random.substream(size))
      let weight = Self.weight(parts: parts, size: size) / Double(2 * subsets.count)
      let start = weights.count
      sizes.append(
        Size(
          samples: start..<start + 2 * subsets.count,
          share: min(1, Double(subsets.count) / all)))
      for subset in subsets {
        isShown += subset
        isShown += subset.map { !$0 }
        weights += [weight, weight]
      }
    }
    masks = Masks(samples: weights.count, parts: parts, isShown: isShown)
    (self.weights, self.sizes) = (weights, sizes)
  }

  /// The Shapley kernel: how much one coalition of `size` of `parts` parts counts; without end, and here
  /// 0, for none and all.
  static func kernel(parts: Int, size: Int) -> Double {
    guard size > 0, size < parts else { return 0 }
    let coalitions = (0..<size).reduce(1.0) { $0 * Double(parts - $1) / Double($1 + 1) }
    return Double(parts - 1) / (coalitions * Double(size * (parts - size)))
  }

  /// The weight of all coalitions of `size` or `parts` − `size` parts.
  private static func weight(parts: Int, size: Int) -> Double {
    let weight = Double(parts - 1) / Double(size * (parts - size))
    return 2 * size == parts ? weight : 2 * weight
  }

  /// For sizes 1... up to half the parts, how many of how many pairs are asked about.
  private static func pairs(parts: Int, budget: Int) -> [(count: Int, all: Double)] {
    let sizes = 1...parts / 2
    var all: [Double] = []
    var binomial = 1.0
    for size in sizes {
      binomial = binomial * Double(parts - size + 1) / Double(size)
      all.append(2 * size == parts ? binomial / 2 : binomial)
    }
    let weights = sizes.map { weight(parts: parts, size: $0) }
    var counts = [Int](repeating: 0, count: all.count)
    var left = Double(budget)
    var open = Array(all.indices)
    // Smallest sizes first: whoever is covered leaves more than it takes to the others.
    func total() -> Double { open.reduce(0) { $0 + weights[$1] } }
    func isCovered(_ index: Int) -> Bool {
      left * weights[index] / total() >= all[index] - 1e-9
    }
    while let full = open.first(where: isCovered) {
      counts[full] = Int(all[full])
      left -= all[full]
      open.removeAll { $0 == full }
    }
    let openWeight = total()
    let due: [Double] = open.map { left * weights[$0] / openWeight }
    for (index, due) in zip(open, due) { counts[index] = max(1, Int(due)) }
    // What rounding left goes to those that lost most by it; what it took too much comes from the many.
    var spare = Int(left.rounded()) - open.reduce(0) { $0 + counts[$1] }
    let losses: [(index: Int, loss: Double)] = zip(open, due).map { index, due in
      (index, due - due.rounded(.down))
    }
    for (index, _) in losses.sorted(by: { $0.loss > $1.loss }).prefix(max(0, spare)) {
      counts[index] += 1
      spare -= 1
    }
    while spare < 0, let most = open.max(by: { counts[$0] < counts[$1] }), counts[most] > 1 {
      counts[most] -= 1
      spare += 1
    }
    return zip(counts, all).map { (count: $0, all: $1) }
  }

  /// Every subset of a size in lexicographic order; of half the parts only those that hold part 0, the
  /// others being their complements.
  static func everySubset(of parts: Int, size: Int) -> [[Bool]] {
    var members = Array(0..<size)
    var result: [[Bool]] = []
    while 2 * size < parts || members[0] == 0 {
      result.append((0..<parts).map(members.contains))
      guard let position = members.indices.last(where: { members[$0] < parts - size + $0 }) else {
        break
      }
      members[position] += 1
      for later in members.indices where later > position {
        members[later] = members[later - 1] + 1
      }
    }
    return result
  }

  /// `count` different subsets of a size, each equally likely; of half the parts no two are
  /// complements.
  private static func someSubsets(
    of parts: Int, size: Int, count: Int, _ random: RandomStream
  ) -> [[Bool]] {
    var random = random
    var (known, result) = (Set<[Bool]>(), [[Bool]]())
    while result.count < count {
      var subset = [Bool](repeating: false, count: parts)
      for part in random.permutation(parts).prefix(size) { subset[part] = true }
      if 2 * size == parts && !subset[0] { subset = subset.map { !$0 } }
      if known.insert(subset).inserted { result.append(subset) }
    }
    return result
  }
}
