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
    /// The area under the ROC curve of the class against the rest; nil where no example is of the
    /// class, or every one, and in files written before it was kept.
    public var rocAUC: Double?
    /// The average precision of the class against the rest; nil likewise.
    public var averagePrecision: Double?

    enum CodingKeys: String, CodingKey {
      case precision, recall, f1, support
      case rocAUC = "roc_auc"
      case averagePrecision = "average_precision"
    }

    /// Writes every key: what is nil is null.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(precision, forKey: .precision)
      try container.encode(recall, forKey: .recall)
      try container.encode(f1, forKey: .f1)
      try container.encode(support, forKey: .support)
      try container.encode(rocAUC, forKey: .rocAUC)
      try container.encode(averagePrecision, forKey: .averagePrecision)
    }
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
  /// The mean squared distance from the truth, 0 to 2 (`BrierScore`); nil in files written before it
  /// was kept.
  public var brierScore: Double?
  /// The mean area under the ROC curves of the classes that have one; nil where none has, and in files
  /// written before it was kept.
  public var macroROCAUC: Double?
  /// The mean average precision of the classes that have one; nil likewise.
  public var macroAveragePrecision: Double?
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
    case brierScore = "brier_score"
    case macroROCAUC = "macro_roc_auc"
    case macroAveragePrecision = "macro_average_precision"
    case perClass = "per_class"
  }

  /// Writes every key: what is nil is null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(n, forKey: .n)
    try container.encode(accuracy, forKey: .accuracy)
    try container.encode(macroF1, forKey: .macroF1)
    try container.encode(weightedF1, forKey: .weightedF1)
    try container.encode(balancedAccuracy, forKey: .balancedAccuracy)
    try container.encode(top2Accuracy, forKey: .top2Accuracy)
    try container.encode(ece, forKey: .ece)
    try container.encode(logLoss, forKey: .logLoss)
    try container.encode(brierScore, forKey: .brierScore)
    try container.encode(macroROCAUC, forKey: .macroROCAUC)
    try container.encode(macroAveragePrecision, forKey: .macroAveragePrecision)
    try container.encode(classes, forKey: .classes)
    try container.encode(perClass, forKey: .perClass)
    try container.encode(confusion, forKey: .confusion)
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
        let prediction = p.argmax()
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
    let counts = matrix.classCounts
    let ranking = OneVersusRest(probabilities: probabilities, labels: labels, classes: classes)
    n = rowCount
    accuracy = counts.accuracy
    macroF1 = counts.macroF1
    weightedF1 = counts.weightedF1
    balancedAccuracy = counts.balancedAccuracy
    top2Accuracy = Double(top2) / Double(rowCount)
    ece = CalibrationBin.expectedError(
      CalibrationBin.bins(
        confidences: confidences, isCorrect: zip(labels, predictions).map { $0 == $1 }))
    logLoss = lossSum / Double(rowCount)
    brierScore = BrierScore.mean(probabilities: probabilities, labels: labels)
    macroROCAUC = ranking.macroROCArea
    macroAveragePrecision = ranking.macroAveragePrecision
    self.classes = classes
    perClass = Dictionary(
      uniqueKeysWithValues: ranking.classes.enumerated().map { index, ranked in
        (
          ranked.name,
          PerClass(
            precision: counts.precision(index), recall: counts.recall(index),
            f1: counts.f1(index), support: counts.support[index], rocAUC: ranked.roc?.area,
            averagePrecision: ranked.precisionRecall?.averagePrecision)
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
}
