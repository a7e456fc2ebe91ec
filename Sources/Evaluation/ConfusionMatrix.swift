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

  /// Examples, predictions and hits by class, from which all measures come.
  public var classCounts: ClassCounts { ClassCounts(confusion: counts) }

  /// The share of examples that are right.
  public var accuracy: Double { classCounts.accuracy }

  /// Of those predicted as the class, the share that are; 0 where none was.
  public func precision(_ index: Int) -> Double { classCounts.precision(index) }

  /// Of those of the class, the share predicted as it; 0 where there is none.
  public func recall(_ index: Int) -> Double { classCounts.recall(index) }

  /// The harmonic mean of precision and recall; 0 where undefined.
  public func f1(_ index: Int) -> Double { classCounts.f1(index) }

  /// The mean F1 over the classes that occur in the truth or in the predictions.
  public var macroF1: Double { classCounts.macroF1 }

  /// The mean F1 weighted by the number of examples of each class.
  public var weightedF1: Double { classCounts.weightedF1 }

  /// The mean recall over the classes that occur in the truth.
  public var balancedAccuracy: Double { classCounts.balancedAccuracy }
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
