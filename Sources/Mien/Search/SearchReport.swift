internal import Foundation
internal import Reporting
internal import TensorCore
internal import Training

/// The page `tune.html`.
struct SearchReport {
  private let summary: SearchSummary
  private let search: HyperparameterSearch

  init(_ summary: SearchSummary, _ search: HyperparameterSearch) {
    (self.summary, self.search) = (summary, search)
  }

  /// The page.
  func html() -> String {
    let plan = search.plan
    var page = SearchPage(
      title: "Search for settings" + (plan.title.map { ": \($0)" } ?? ""),
      protocolLine: search.protocolLine, plot: plot)
    if !summary.isComplete {
      page.notes.append("The search is not done: mien tune --resume goes on with it.")
    }
    page.notes.append(
      "The best of many trials looks better than it is, because the choosing rows picked it. What it is "
        + "worth, rows say that chose nothing: mien evaluate on another split, or mien train "
        + "--folds.")
    page.metrics = metrics
    if let (worst, best) = extremes {
      page.legend = (metricName, number(worst), number(best))
    }
    page.columns =
      ["rank", "trial", metricName, "best epoch", "epochs", "how far"] + summary.keys
    page.rows = summary.rows.map { row in
      SearchPage.Row(
        number: row.trial.number,
        cells: [
          "\(row.rank)", "\(row.trial.number)", row.trial.value.map(number) ?? "",
          row.trial.bestEpoch.map { "\($0)" } ?? "", "\(row.trial.epochs)", row.status.rawValue,
        ] + plan.space.dimensions.map { $0.label(row.trial.settings[$0.key]) },
        kind: kind(row))
    }
    page.failures = search.trials.compactMap { trial in
      trial.failure.map { ("trial \(trial.number)", $0) }
    }
    return page.html()
  }

  private var metrics: [(name: String, value: String)] {
    let best = summary.best.map { search.trials[$0 - 1] }
    return [
      best?.value.map { ("best \(metricName)", number($0)) },
      best.map { ("best trial", "\($0.number)") },
      ("trials", "\(summary.rows.count)"),
      ("rungs (epochs)", summary.rungs.map { "\($0)" }.joined(separator: ", ")),
      ("epochs learnt", "\(search.trials.reduce(0) { $0 + $1.epochs })"),
    ].compactMap { $0 }
  }

  private var metricName: String {
    summary.metric.rawValue.replacingOccurrences(of: "_", with: " ")
      .replacingOccurrences(of: "f1", with: "F1")
  }

  private func number(_ value: Double) -> String {
    summary.metric == .loss ? String(format: "%.4f", value) : percent(value)
  }

  /// The values of the worst and the best trial that did not fail.
  private var extremes: (worst: Double, best: Double)? {
    let values = summary.rows.filter { $0.status != .failed }.compactMap(\.trial.value)
    guard let low = values.min(), let high = values.max() else { return nil }
    return summary.metric.lowerIsBetter ? (high, low) : (low, high)
  }

  private func kind(_ row: SearchSummary.Row) -> ParallelCoordinates.Kind {
    if row.trial.number == summary.best { return .best }
    switch row.status {
    case .failed: return .failed
    case .finished: return .finished
    case .stopped, .waiting: return .stopped
    }
  }

  private var plot: ParallelCoordinates {
    let dimensions = search.plan.space.dimensions
    var axes = dimensions.map { dimension -> ParallelCoordinates.Dimension in
      switch dimension.values {
      case .choices(let choices):
        .init(name: dimension.key, scale: .choices(choices.map(dimension.label)))
      case .range(let range):
        .init(
          name: dimension.key,
          scale: .numbers(
            low: range.low, high: range.high, isLogarithmic: range.isLogarithmic))
      }
    }
    // In per cent as the table has it. Better is always up, or to the right.
    let factor = summary.metric == .loss ? 1.0 : 100
    let (worst, best) = extremes ?? (0, 1)
    axes.append(
      .init(
        name: metricName + (factor == 100 ? ", %" : ""),
        scale: summary.metric.lowerIsBetter
          ? .falling(low: best, high: worst)
          : .numbers(low: worst * factor, high: best * factor, isLogarithmic: false)))
    // The best is drawn last, over the others.
    let lines = summary.rows.filter { $0.trial.value != nil || $0.status == .failed }.reversed()
      .map { row -> ParallelCoordinates.Line in
        let trial = row.trial
        let value = row.status == .failed ? nil : trial.value
        return ParallelCoordinates.Line(
          name: "trial \(trial.number), \(row.status.rawValue)", number: trial.number,
          places: dimensions.map { $0.place(of: trial.settings[$0.key]) }
            + [value.map { $0 * factor }],
          labels: dimensions.map { $0.label(trial.settings[$0.key]) }
            + [value.map(number) ?? "failed"],
          merit: value.map { worst == best ? 1 : ($0 - worst) / (best - worst) },
          kind: kind(row))
      }
    return ParallelCoordinates(axes: axes, lines: Array(lines))
  }
}

extension SearchDimension {
  /// Where a value lies on the dimension's axis: itself, or its index among the choices.
  fileprivate func place(of value: JSONValue?) -> Double? {
    switch (values, value) {
    case (.choices(let choices), let value?): choices.firstIndex(of: value).map(Double.init)
    case (.range, .int(let number)?): Double(number)
    case (.range, .double(let number)?): number
    default: nil
    }
  }
}
