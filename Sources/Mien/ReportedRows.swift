internal import Datasets
internal import Evaluation
internal import Foundation
internal import Imaging
internal import NeuralNetwork
internal import Reporting
internal import TensorCore

/// Rows of prepared data with what a network says of them.
struct ReportedRows {
  /// What is known of the rows beside the answers.
  struct Source {
    /// Rows in the data set's own numbering.
    let rows: [Int]
    let dataset: PreparedDataset
    /// The folder of the data set.
    let data: URL
    /// Nil where rows are no grey pictures.
    let quality: AccuracyByQuality?
    let audit: DataAudit
    /// Files, speakers or artists, corpora.
    let origins: RowOrigins
    /// Everything that is measured.
    let record: EvaluationRecord
  }

  /// An example and the row of the data set that it is.
  struct Shown {
    let place: Int
    let sample: ReportSample
  }

  /// Nil where the data are gone.
  let source: Source?
  let predictions: Predictions
  let metrics: ClassificationMetrics
  /// How far the choice of rows may have moved the first figures; nil without rows.
  let intervals: MetricIntervals?
  /// Each class against the rest.
  let ranking: OneVersusRest
  /// The answers at temperature 1; nil where no network has another.
  let uncalibrated: Predictions?
  /// How good those are.
  let uncalibratedMetrics: ClassificationMetrics?
  /// The class that each row was answered with.
  let answers: [Int]

  private let probabilities: [Float]

  private init(_ predictions: Predictions, uncalibrated: Predictions?, _ source: Source?) throws {
    (self.predictions, self.uncalibrated, self.source) = (predictions, uncalibrated, source)
    metrics = try predictions.metrics()
    uncalibratedMetrics = try uncalibrated?.metrics()
    ranking = predictions.oneVersusRest
    intervals = predictions.intervals(
      Bootstrap(random: RandomStream(seed: 1).substream("bootstrap")))
    answers = predictions.predictions
    probabilities = predictions.probabilities.elements
  }

  /// Answers that were kept when the data were still there, of one network.
  init(kept: Predictions, temperature: Double?) throws {
    let plain = temperature.map { temperature in
      // Logits were divided by the temperature; the power takes that back, but for rounding.
      var plain = kept
      plain.probabilities = kept.probabilities.raised(to: temperature)
      return plain
    }
    try self.init(kept, uncalibrated: plain, nil)
  }

  init(_ evaluator: Evaluator, progress: (Double) throws -> Void) throws {
    let dataset = evaluator.dataset
    func predictions(_ probabilities: Tensor) -> Predictions {
      Predictions(
        classes: evaluator.classes, rows: evaluator.sourceRows, labels: evaluator.labels,
        probabilities: probabilities)
    }
    let (judged, plain) = try evaluator.judged(progress: progress)
    let answered = predictions(judged)
    let isHit = zip(answered.predictions, evaluator.labels).map { $0 == $1 }
    let quality =
      dataset.manifest.holdsGrayPictures
      ? AccuracyByQuality(
        dataset.pictureQuality(of: evaluator.rows), rows: evaluator.sourceRows, isHit: isHit)
      : nil
    try self.init(
      answered, uncalibrated: plain.map(predictions),
      Source(
        rows: evaluator.rows, dataset: dataset, data: evaluator.data, quality: quality,
        audit: try DataAudit(evaluator, answered),
        origins: try RowOrigins(dataset, at: evaluator.data, rows: evaluator.rows),
        record: try evaluator.record(judged)))
  }

  /// How far probabilities can be trusted.
  static func reliability(_ predictions: Predictions, title: String) -> ReliabilityFigure {
    let (answers, values) = (predictions.predictions, predictions.probabilities.elements)
    let k = predictions.classes.count
    return ReliabilityFigure(
      title: title,
      bins: CalibrationBin.bins(
        confidences: answers.enumerated().map { Double(values[$0 * k + $1]) },
        isCorrect: zip(answers, predictions.labels).map { $0 == $1 }))
  }

  /// Up to `hitCount` examples that were answered rightly, the typical ones of each class: those of
  /// median confidence, then the next ones to them. And up to `errorCount` that were not: the surest of
  /// each class, then the next of each.
  func samples(hits hitCount: Int, errors errorCount: Int) -> (
    hits: [Shown], errors: [Shown]
  ) {
    guard let source else { return ([], []) }
    let pictures = ExamplePictures(source.dataset.manifest)
    func pick(_ count: Int, _ indices: [Int], _ order: ([Int]) -> [Int]) -> [Shown] {
      let byClass = Dictionary(grouping: indices) { predictions.labels[$0] }
        .mapValues { order($0.sorted { (confidence($1), $0) < (confidence($0), $1) }) }
      var picked: [Int] = []
      for rank in 0..<count {
        for label in predictions.classes.indices where picked.count < count {
          if let index = byClass[label]?.dropFirst(rank).first { picked.append(index) }
        }
      }
      return picked.compactMap { index in
        sample(index, of: source, pictures).map { Shown(place: source.rows[index], sample: $0) }
      }
    }
    return (
      pick(hitCount, answers.indices.filter(isHit), Self.fromTheMiddle),
      pick(errorCount, answers.indices.filter { !isHit($0) }) { $0 }
    )
  }

  /// The middle one, then those beside it, the earlier one first.
  static func fromTheMiddle<T>(_ sorted: [T]) -> [T] {
    let middle = sorted.count / 2
    return sorted.indices.sorted {
      (abs($0 - middle), $0) < (abs($1 - middle), $1)
    }.map { sorted[$0] }
  }

  private func isHit(_ index: Int) -> Bool { answers[index] == predictions.labels[index] }

  private func probability(_ index: Int, _ label: Int) -> Float {
    probabilities[index * predictions.classes.count + label]
  }

  private func confidence(_ index: Int) -> Float { probability(index, answers[index]) }

  private func sample(
    _ index: Int, of source: Source, _ pictures: ExamplePictures
  ) -> ReportSample? {
    let classes = predictions.classes
    let values = source.dataset.stored(source.rows[index]).elements
    guard let picture = pictures.picture(of: values) else { return nil }
    let ranked = classes.indices.sorted {
      (probability(index, $1), $0) < (probability(index, $0), $1)
    }
    return ReportSample(
      row: predictions.rows[index], picture: picture, name: source.origins.names[index],
      group: source.origins.group(index), truth: classes[predictions.labels[index]],
      answers: ranked.prefix(3).map {
        ReportSample.Answer(name: classes[$0], probability: Double(probability(index, $0)))
      })
  }
}

extension Tensor {
  /// Probabilities [N, K], each to a power, that add up to 1 again.
  fileprivate func raised(to power: Double) -> Tensor {
    let (count, values) = (shape[1], elements)
    var result: [Float] = []
    result.reserveCapacity(values.count)
    for start in stride(from: 0, to: values.count, by: max(1, count)) {
      let powers = values[start..<start + count].map { pow(Double($0), power) }
      let sum = powers.reduce(0, +)
      result += powers.map { Float($0 / sum) }
    }
    return Tensor(shape, result)
  }
}

extension Evaluator {
  /// What the networks say of every row, [N, K], and what they would say at temperature 1; nil where
  /// that is the same. Each row is asked about once.
  fileprivate func judged(
    progress: (Double) throws -> Void
  ) throws -> (calibrated: Tensor, plain: Tensor?) {
    let checkpoints = ensemble.checkpoints
    let count = Double(checkpoints.count)
    let logits = try checkpoints.indices.map { member in
      try self.logits(member: member) { try progress((Double(member) + $0) / count) }
    }
    func mean(_ temperature: (Checkpoint) -> Double) -> Tensor {
      let parts = zip(logits, checkpoints).map { $0.softmax(temperature: temperature($1)) }
      // The order and the division of `Ensemble.probabilities`, to the last bit.
      var sum = Tensor(parts[0].shape)
      let size = sum.count
      for part in parts {
        sum.write { sum in part.read { part in for i in 0..<size { sum[i] += part[i] } } }
      }
      if parts.count > 1 {
        sum.write { sum in for i in 0..<size { sum[i] /= Float(parts.count) } }
      }
      return sum
    }
    let isCalibrated = checkpoints.contains { $0.temperature != nil }
    return (mean { $0.temperature ?? 1 }, isCalibrated ? mean { _ in 1 } : nil)
  }
}
