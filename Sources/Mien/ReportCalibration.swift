internal import Evaluation
internal import Foundation
internal import NeuralNetwork
internal import Reporting
internal import TensorCore

// How far the probabilities of a report can be trusted, before and after their temperature.
extension Report {
  /// A diagram as the network answers, and one at temperature 1 before it where that is another.
  var reliabilities: [ReliabilityFigure] {
    guard let judged else { return [] }
    func figure(_ name: String, _ predictions: Predictions, _ ece: Double) -> ReliabilityFigure {
      ReportedRows.reliability(predictions, title: "\(name): error (ECE) \(percent(ece))")
    }
    guard let plain = judged.uncalibrated, let metrics = judged.uncalibratedMetrics else {
      return [figure("Calibration", judged.predictions, judged.metrics.ece)]
    }
    return [
      figure("Temperature 1", plain, metrics.ece),
      figure(temperature, judged.predictions, judged.metrics.ece),
    ]
  }

  /// The measures of calibration, a row a temperature.
  var calibration: RunReport.Table {
    guard let judged else { return RunReport.Table(columns: [], rows: []) }
    func row(_ name: String, _ metrics: ClassificationMetrics) -> [String] {
      [
        name, percent(metrics.ece), String(format: "%.4f", metrics.logLoss),
        metrics.brierScore.map { String(format: "%.4f", $0) } ?? "–", percent(metrics.accuracy),
      ]
    }
    let plain = judged.uncalibratedMetrics.map { row("Temperature 1", $0) }
    let name = plain == nil ? "Temperature 1" : temperature
    return RunReport.Table(
      columns: ["answers", "calibration error (ECE)", "log loss", "Brier score", "accuracy"],
      rows: [plain, row(name, judged.metrics)].compactMap { $0 })
  }

  /// Whether the network is calibrated, and what to do where it is not.
  var calibrationNote: String? {
    guard let judged else { return nil }
    guard judged.uncalibrated == nil else {
      let isAtBound = source.checkpoints.contains {
        $0.temperature.map(CalibrationTemperature.isAtBound) ?? false
      }
      return
        "A temperature changes how sure answers are, and no answer of a network. " + fittedOn
        + (isAtBound
          ? " It lies at an end of what is searched: on the rows it was fitted on the network answers "
            + "everything rightly, or knows nothing, and how sure it may be of other rows is not known."
          : "")
    }
    return
      "No temperature has been fitted: the probabilities are the network's own. mien calibrate "
      + "--checkpoint PATH fits one on rows that chose the best epoch, and a report made after it "
      + "shows both."
  }

  /// What the temperatures were fitted on, and whether that flatters.
  private var fittedOn: String {
    let rows = source.checkpoints.filter { $0.temperature != nil }
      .map { $0.configuration.temperatureRows }
    let names = rows.compactMap(\.self).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    let known = names.isEmpty ? "" : "It was fitted on \(names.joined(separator: ", and on "))"
    if rows.contains(nil) {
      return known.isEmpty
        ? "On which rows it was fitted its config.json does not say; most often it is those that chose "
          + "the best epoch, and where these are reported the figures with it are somewhat too good."
        : "\(known), and on rows that config.json does not name."
    }
    return names.contains(source.reportedName)
      ? "\(known), the rows reported here, so the figures with it are somewhat too good; so are those in "
        + "the head of the page."
      : "\(known)."
  }

  /// What `calibration.json` holds: the networks' temperatures, null where there is none, and the
  /// measures without and with them.
  func calibrationRecord(_ judged: ReportedRows) throws -> JSONValue {
    func measures(_ metrics: ClassificationMetrics) throws -> JSONValue {
      try JSONValue(encoding: Calibration.Measures(metrics))
    }
    return .object([
      "temperatures": .array(
        source.checkpoints.map { $0.temperature.map { .double($0) } ?? .null }),
      "before": try measures(judged.uncalibratedMetrics ?? judged.metrics),
      "after": try measures(judged.metrics),
    ])
  }

  private var temperature: String {
    let values = source.checkpoints.map { String(format: "%.4g", $0.temperature ?? 1) }
    return Set(values).count == 1 ? "Temperature \(values[0])" : "Temperatures of the networks"
  }
}
