internal import Evaluation

/// What is known of one class: nothing of its precision where it was never answered, nothing of its
/// recall without a row, nothing of F1 without either. Measures put 0 there, as scikit-learn does; a
/// table for people has a dash.
struct ClassShares {
  let precision, recall, f1: Double?
  /// Rows with this label, and with this answer.
  let support, answered: Int

  /// Of the class with that index.
  init(_ matrix: ConfusionMatrix, _ index: Int) {
    (support, answered) = (matrix.support(index), matrix.predicted(index))
    precision = answered > 0 ? matrix.precision(index) : nil
    recall = support > 0 ? matrix.recall(index) : nil
    f1 = support + answered > 0 ? matrix.f1(index) : nil
  }

  /// Of the class with that name; nil where there is none.
  init?(_ metrics: ClassificationMetrics?, _ name: String) {
    guard let metrics, let index = metrics.classes.firstIndex(of: name) else { return nil }
    self.init(metrics.confusion, index)
  }

  /// Precision, recall and F1 as cells of a table.
  var cells: [String] { [precision, recall, f1].map { $0.map(percent) ?? "–" } }
}
