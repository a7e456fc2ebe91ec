public import TensorCore

/// Each class against the rest: how well its probability ranks its rows before all others, whatever
/// threshold one would choose.
public struct OneVersusRest: Hashable, Sendable {
  /// One class against the others.
  public struct PerClass: Hashable, Sendable {
    /// The class.
    public let name: String
    /// How many rows are of it.
    public let rowCount: Int
    /// Nil where no row is of the class, or every row.
    public let roc: ROCCurve?
    /// Nil likewise.
    public let precisionRecall: PrecisionRecallCurve?
  }

  /// The classes in the order of their indices.
  public let classes: [PerClass]
  /// The number of rows.
  public let rowCount: Int

  /// Ranks N rows by the probability of each of K classes.
  ///
  /// - Parameters:
  ///   - probabilities: [N, K], none of them NaN.
  ///   - labels: N indices of the true class.
  ///   - classes: K names.
  public init(probabilities: Tensor, labels: [Int], classes: [String]) {
    precondition(
      probabilities.shape == [labels.count, classes.count],
      "probabilities \(probabilities.shape) for \(labels.count) labels of \(classes.count) classes")
    let (values, count) = (probabilities.elements, classes.count)
    rowCount = labels.count
    self.classes = classes.enumerated().map { index, name in
      let ranking = ScoreRanking(
        scores: labels.indices.map { values[$0 * count + index] },
        isPositive: labels.map { $0 == index })
      return PerClass(
        name: name, rowCount: ranking.positives, roc: ROCCurve(ranking),
        precisionRecall: PrecisionRecallCurve(ranking))
    }
  }

  /// The mean area under the ROC curves of the classes that have one; nil where none has.
  public var macroROCArea: Double? { mean(classes.compactMap { $0.roc?.area }) }

  /// The mean average precision of the classes that have one; nil where none has.
  public var macroAveragePrecision: Double? {
    mean(classes.compactMap { $0.precisionRecall?.averagePrecision })
  }

  private func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}

extension Predictions {
  /// Each class against the rest.
  public var oneVersusRest: OneVersusRest {
    OneVersusRest(probabilities: probabilities, labels: labels, classes: classes)
  }
}
