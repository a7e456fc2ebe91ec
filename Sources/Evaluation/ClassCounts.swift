/// Of each class, how many examples there are, how often it was predicted and how often rightly: all
/// that accuracy, F1 and balanced accuracy depend on. Where scikit-learn has a definition, it is
/// that one; what would be a division by zero is 0.
public struct ClassCounts: Hashable, Sendable {
  /// The examples of each class that were predicted as it.
  public private(set) var hits: [Int]
  /// The examples of each class.
  public private(set) var support: [Int]
  /// How often each class was predicted.
  public private(set) var predicted: [Int]

  /// No examples.
  public init(classCount: Int) {
    let zeros = [Int](repeating: 0, count: classCount)
    (hits, support, predicted) = (zeros, zeros, zeros)
  }

  /// The sums of a confusion matrix, `counts[truth][prediction]`.
  init(confusion counts: [[Int]]) {
    self.init(classCount: counts.count)
    for (label, row) in counts.enumerated() {
      hits[label] = row[label]
      for (prediction, count) in row.enumerated() {
        support[label] += count
        predicted[prediction] += count
      }
    }
  }

  /// Counts some examples in place of all before. `indices` may name one several times, as a resample
  /// does.
  mutating func recount(labels: [Int], predictions: [Int], at indices: [Int]) {
    for index in hits.indices { (hits[index], support[index], predicted[index]) = (0, 0, 0) }
    for index in indices {
      let (label, prediction) = (labels[index], predictions[index])
      support[label] += 1
      predicted[prediction] += 1
      if label == prediction { hits[label] += 1 }
    }
  }

  /// The number of examples.
  public var total: Int { support.reduce(0, +) }

  /// The share of examples that are right.
  public var accuracy: Double { ratio(hits.reduce(0, +), total) }

  /// Of those predicted as the class, the share that are.
  public func precision(_ index: Int) -> Double { ratio(hits[index], predicted[index]) }

  /// Of those of the class, the share predicted as it.
  public func recall(_ index: Int) -> Double { ratio(hits[index], support[index]) }

  /// The harmonic mean of precision and recall, 2 tp / (2 tp + fp + fn).
  public func f1(_ index: Int) -> Double {
    ratio(2 * hits[index], predicted[index] + support[index])
  }

  /// The mean F1 over the classes that occur in the truth or in the predictions: scikit-learn's
  /// `f1_score(average="macro", zero_division=0)`.
  public var macroF1: Double { mean(f1) { support[$0] + predicted[$0] > 0 } }

  /// The mean F1 weighted by the number of examples of each class.
  public var weightedF1: Double {
    total == 0
      ? 0 : hits.indices.reduce(0) { $0 + f1($1) * Double(support[$1]) } / Double(total)
  }

  /// The mean recall over the classes that occur in the truth: scikit-learn's
  /// `balanced_accuracy_score` (Brodersen et al. 2010, DOI 10.1109/ICPR.2010.764).
  public var balancedAccuracy: Double { mean(recall) { support[$0] > 0 } }

  private func ratio(_ part: Int, _ whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) / Double(whole)
  }

  private func mean(_ value: (Int) -> Double, where counts: (Int) -> Bool) -> Double {
    var (sum, count) = (0.0, 0)
    for index in hits.indices where counts(index) {
      sum += value(index)
      count += 1
    }
    return count == 0 ? 0 : sum / Double(count)
  }
}
