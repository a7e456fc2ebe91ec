internal import Datasets
internal import Evaluation
internal import Foundation
internal import Imaging
internal import Reporting

/// Rows of prepared data with what a network says of them.
struct ReportedRows {
  /// Rows in the data set's own numbering.
  let rows: [Int]
  let predictions: Predictions
  let metrics: ClassificationMetrics
  let dataset: PreparedDataset
  /// The folder of the data set.
  let data: URL

  /// How far the probabilities can be trusted.
  var reliability: ReliabilityFigure {
    ReliabilityFigure(
      title: "Calibration error (ECE) \(percent(metrics.ece))",
      bins: CalibrationBin.bins(
        confidences: answers.indices.map { Double(confidence($0)) },
        isCorrect: answers.indices.map(isHit)))
  }

  /// Up to `count` examples that were answered rightly and as many that were not: the surest of
  /// each class, then the next of each.
  func samples(_ count: Int) -> (hits: [ReportSample], errors: [ReportSample]) {
    let shape = dataset.manifest.shape
    guard shape.rank == 3, shape[2] == 1 else { return ([], []) }
    func pick(_ indices: [Int]) -> [ReportSample] {
      let byClass = Dictionary(grouping: indices) { predictions.labels[$0] }
        .mapValues { $0.sorted { (confidence($1), $0) < (confidence($0), $1) } }
      var picked: [Int] = []
      for rank in 0..<count {
        for label in predictions.classes.indices where picked.count < count {
          if let index = byClass[label]?.dropFirst(rank).first { picked.append(index) }
        }
      }
      return picked.map(sample)
    }
    return (pick(answers.indices.filter(isHit)), pick(answers.indices.filter { !isHit($0) }))
  }

  private let answers: [Int]
  private let probabilities: [Float]

  init(_ evaluator: Evaluator, progress: (Double) throws -> Void) throws {
    rows = evaluator.rows
    (dataset, data) = (evaluator.dataset, evaluator.data)
    predictions = Predictions(
      classes: evaluator.classes, rows: evaluator.sourceRows, labels: evaluator.labels,
      probabilities: try evaluator.probabilities(progress: progress))
    metrics = try predictions.metrics()
    answers = predictions.predictions
    probabilities = predictions.probabilities.elements
  }

  private func isHit(_ index: Int) -> Bool { answers[index] == predictions.labels[index] }

  private func probability(_ index: Int, _ label: Int) -> Float {
    probabilities[index * predictions.classes.count + label]
  }

  private func confidence(_ index: Int) -> Float { probability(index, answers[index]) }

  private func sample(_ index: Int) -> ReportSample {
    let classes = predictions.classes
    let ranked = classes.indices.sorted {
      (probability(index, $1), $0) < (probability(index, $0), $1)
    }
    return ReportSample(
      row: predictions.rows[index],
      image: dataset.image(of: rows[index]),
      truth: classes[predictions.labels[index]],
      answers: ranked.prefix(3).map {
        ReportSample.Answer(name: classes[$0], probability: Double(probability(index, $0)))
      })
  }
}
