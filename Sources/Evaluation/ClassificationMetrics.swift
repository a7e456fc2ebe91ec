internal import Foundation
public import TensorCore

/// How well probabilities fit the truth. The definitions are scikit-learn's where it has one:
/// a class that nobody predicted has precision 0, one that does not occur has recall 0, and
/// `balancedAccuracy` averages over the classes that occur, `macroF1` over those that occur in the
/// truth or in the predictions.
public struct ClassificationMetrics: Codable, Equatable, Sendable {
  /// What is known about one class.
  public struct PerClass: Codable, Equatable, Sendable {
    /// Of those predicted as the class, the share that are.
    public var precision: Double
    /// Of those of the class, the share predicted as it.
    public var recall: Double
    /// The harmonic mean of precision and recall.
    public var f1: Double
    /// The number of examples of the class.
    public var support: Int
  }

  /// The number of examples.
  public var n: Int
  /// The share of examples whose most probable class is the truth; of equals the first counts.
  public var accuracy: Double
  /// The mean F1 of the classes.
  public var macroF1: Double
  /// The mean F1 weighted by support.
  public var weightedF1: Double
  /// The mean recall of the classes that occur.
  public var balancedAccuracy: Double
  /// The share of examples whose truth is among the two most probable classes.
  public var top2Accuracy: Double
  /// The expected calibration error in 15 bins.
  public var ece: Double
  /// The mean of −ln p(truth), in nats; p is clipped to [ε, 1 − ε] with ε = 2⁻⁵², as scikit-learn
  /// clips numbers read from a file of predictions.
  public var logLoss: Double
  /// The class names in the order of `confusion`.
  public var classes: [String]
  /// Precision, recall, F1 and support by class name.
  public var perClass: [String: PerClass]
  /// Rows are the truth, columns the prediction.
  public var confusion: ConfusionMatrix

  enum CodingKeys: String, CodingKey {
    case n, accuracy, ece, classes, confusion
    case macroF1 = "macro_f1"
    case weightedF1 = "weighted_f1"
    case balancedAccuracy = "balanced_accuracy"
    case top2Accuracy = "top2_accuracy"
    case logLoss = "log_loss"
    case perClass = "per_class"
  }

  /// Judges N predictions.
  ///
  /// - Parameters:
  ///   - probabilities: [N, K], each row a distribution over the classes.
  ///   - labels: N indices of the true class, each below K.
  ///   - classes: K distinct names.
  ///
  /// Throws `EvaluationError` for no rows, a label out of range, or a probability that is none.
  public init(probabilities: Tensor, labels: [Int], classes: [String]) throws {
    let (rowCount, classCount) = (labels.count, classes.count)
    precondition(
      probabilities.shape == [rowCount, classCount],
      "probabilities \(probabilities.shape) for \(rowCount) labels of \(classCount) classes")
    precondition(Set(classes).count == classCount, "class names repeat in \(classes)")
    guard rowCount > 0 else { throw EvaluationError.noExamples }

    var predictions: [Int] = []
    var confidences: [Double] = []
    var top2 = 0
    var lossSum = 0.0
    try probabilities.read { base in
      for (row, label) in labels.enumerated() {
        guard label >= 0, label < classCount else {
          throw EvaluationError.badLabel(row: row, label: label, classCount: classCount)
        }
        let p = UnsafeBufferPointer(start: base + row * classCount, count: classCount)
        try Self.check(p, row: row, classes: classes)
        let prediction = Self.firstMaximum(p)
        predictions.append(prediction)
        confidences.append(Double(p[prediction]))
        // How many classes come before the truth: the more probable, and equals of lower index.
        let before = p.indices.count { p[$0] > p[label] || (p[$0] == p[label] && $0 < label) }
        if before < 2 { top2 += 1 }
        let epsilon = Double.ulpOfOne
        lossSum -= log(min(1 - epsilon, max(epsilon, Double(p[label]))))
      }
    }

    let matrix = ConfusionMatrix(
      labels: labels, predictions: predictions, classCount: classCount)
    n = rowCount
    accuracy = matrix.accuracy
    macroF1 = matrix.macroF1
    weightedF1 = matrix.weightedF1
    balancedAccuracy = matrix.balancedAccuracy
    top2Accuracy = Double(top2) / Double(rowCount)
    ece = CalibrationBin.expectedError(
      CalibrationBin.bins(
        confidences: confidences, isCorrect: zip(labels, predictions).map { $0 == $1 }))
    logLoss = lossSum / Double(rowCount)
    self.classes = classes
    perClass = Dictionary(
      uniqueKeysWithValues: classes.enumerated().map { index, name in
        (
          name,
          PerClass(
            precision: matrix.precision(index), recall: matrix.recall(index),
            f1: matrix.f1(index), support: matrix.support(index))
        )
      })
    confusion = matrix
  }

  /// Rounding may carry a mean of probabilities a little beyond 1.
  private static let rounding: Float = 1e-5

  private static func check(
    _ p: UnsafeBufferPointer<Float>, row: Int, classes: [String]
  ) throws(EvaluationError) {
    for (index, value) in p.enumerated() where !(value >= 0 && value <= 1 + rounding) {
      throw .badProbability(row: row, className: classes[index], value: value)
    }
  }

  static func firstMaximum(_ p: UnsafeBufferPointer<Float>) -> Int {
    p.indices.dropFirst().reduce(0) { p[$1] > p[$0] ? $1 : $0 }
  }
}
