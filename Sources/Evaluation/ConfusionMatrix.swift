/// How often examples of each class were taken for each class: rows are the truth, columns the
/// prediction.
public struct ConfusionMatrix: Hashable, Sendable {
  /// counts[truth][prediction].
  public private(set) var counts: [[Int]]

  /// A matrix of no examples.
  public init(classCount: Int) {
    counts = Array(repeating: Array(repeating: 0, count: classCount), count: classCount)
  }

  /// The matrix of paired labels and predictions, all in 0..<classCount.
  public init(labels: [Int], predictions: [Int], classCount: Int) {
    precondition(
      labels.count == predictions.count,
      "\(labels.count) labels, \(predictions.count) predictions")
    self.init(classCount: classCount)
    for (label, prediction) in zip(labels, predictions) { counts[label][prediction] += 1 }
  }

  /// The number of examples.
  public var total: Int { counts.joined().reduce(0, +) }

  /// The number of examples of a class.
  public func support(_ index: Int) -> Int { counts[index].reduce(0, +) }

  /// How often a class was predicted.
  public func predicted(_ index: Int) -> Int { counts.reduce(0) { $0 + $1[index] } }

  /// The share of examples that are right.
  public var accuracy: Double {
    ratio(counts.indices.reduce(0) { $0 + counts[$1][$1] }, total)
  }

  /// Of those predicted as the class, the share that are; 0 where none was.
  public func precision(_ index: Int) -> Double { ratio(counts[index][index], predicted(index)) }

  /// Of those of the class, the share predicted as it; 0 where there is none.
  public func recall(_ index: Int) -> Double { ratio(counts[index][index], support(index)) }

  /// The harmonic mean of precision and recall, 2 tp / (2 tp + fp + fn); 0 where undefined.
  public func f1(_ index: Int) -> Double {
    ratio(2 * counts[index][index], predicted(index) + support(index))
  }

  /// The mean F1 over the classes that occur in the truth or in the predictions: scikit-learn's
  /// `f1_score(average="macro", zero_division=0)`.
  public var macroF1: Double {
    mean(counts.indices.filter { support($0) + predicted($0) > 0 }.map(f1))
  }

  /// The mean F1 weighted by the number of examples of each class.
  public var weightedF1: Double {
    total == 0
      ? 0 : counts.indices.reduce(0) { $0 + f1($1) * Double(support($1)) } / Double(total)
  }

  /// The mean recall over the classes that occur in the truth: scikit-learn's
  /// `balanced_accuracy_score` (Brodersen et al. 2010, DOI 10.1109/ICPR.2010.764).
  public var balancedAccuracy: Double {
    mean(counts.indices.filter { support($0) > 0 }.map(recall))
  }

  private func ratio(_ part: Int, _ whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) / Double(whole)
  }

  private func mean(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }
}

extension ConfusionMatrix: Codable {
  /// Reads a square list of rows.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    counts = try container.decode([[Int]].self)
    guard counts.allSatisfy({ $0.count == counts.count }) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a confusion matrix is square")
    }
  }

  /// Writes a list of rows.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(counts)
  }
}
