public import TensorCore

/// Which examples an epoch shows, and in what order.
public enum Sampling: String, Choice {
  /// Each example once.
  case shuffled
  /// Each class equally often: examples of rare classes come several times, of frequent ones others
  /// in each epoch. The epoch is as long as it would be otherwise.
  case balanced

  /// The examples of an epoch, as many as there are labels; it depends on `labels` and `random`
  /// alone.
  public func order(labels: [Int], random: RandomStream) -> [Int] {
    switch self {
    case .shuffled: return random.permutationOf(labels.count)
    case .balanced:
      let members = Dictionary(grouping: labels.indices) { labels[$0] }
      // The classes that get one more where the examples can't be shared out evenly.
      let classes = members.keys.sorted()
      let places = random.substream("remainder").permutationOf(classes.count)
      let (share, rest) = labels.count.quotientAndRemainder(dividingBy: max(1, classes.count))
      var drawn: [Int] = []
      for (place, label) in zip(places, classes) {
        let members = members[label] ?? []
        let count = share + (place < rest ? 1 : 0)
        // Every example of a class has been shown before one comes again.
        var round = 0
        var remaining = count
        while remaining > 0 {
          let order = random.substream("draw").substream(label).substream(round)
            .permutationOf(members.count)
          drawn += order.prefix(remaining).map { members[$0] }
          remaining -= members.count
          round += 1
        }
      }
      return random.permutationOf(drawn.count).map { drawn[$0] }
    }
  }
}

extension RandomStream {
  /// A random order of 0..<count, without moving this stream on.
  func permutationOf(_ count: Int) -> [Int] {
    var copy = self
    return copy.permutation(count)
  }
}
