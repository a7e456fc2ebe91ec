internal import Evaluation
internal import Foundation
internal import NeuralNetwork
internal import Reporting
internal import Training

// What a report says, as plain data for the page.
extension Report {
  /// Everything on the page.
  var content: RunReport.Content {
    var content = RunReport.Content(title: source.title, protocolLine: source.words.line)
    content.subject = source.subject
    content.notes = source.words.notes + (judged?.warnings ?? [])
    content.metrics = headline
    content.curves = curves
    content.confusion = confusion
    content.confusedPairs = confusedPairs
    content.perClass = perClass
    content.groupings = groupings
    content.reliabilities = reliabilities
    content.calibration = calibration
    content.calibrationNote = calibrationNote
    if let robustness {
      content.robustness = robustness.figure
      content.robustnessNote = robustness.words
      content.robustnessTable = robustness.table
    }
    if let judged {
      content.rankings = [.roc, .precisionRecall].map { RankingCurvesFigure($0, judged.ranking) }
        .filter { !$0.isEmpty }
      content.quality = judged.source?.quality?.figure(accuracy: judged.metrics.accuracy)
      content.qualityTable = judged.source?.quality?.table ?? content.qualityTable
      content.audit = judged.source?.audit.content(
        accuracy: judged.metrics.accuracy, showsFaces: sampleCount > 0)
    }
    (content.hits, content.errors) = (hits, errors)
    content.settings = source.settings
    content.history = history
    return content
  }

  /// Loss and accuracy by epoch, where there is an epoch.
  var curves: CurvesFigure? {
    let history = source.history
    if history.isEmpty { return nil }
    return CurvesFigure(
      panels: [
        CurvesFigure.Panel(
          title: "Loss",
          series: [
            .init(name: "training", values: history.map(\.trainLoss)),
            .init(name: "choosing", values: history.map(\.selectLoss)),
          ]),
        CurvesFigure.Panel(
          title: "Accuracy",
          series: [
            .init(name: "training", values: history.map(\.trainAccuracy)),
            .init(name: "choosing", values: history.map(\.selectAccuracy)),
          ]),
      ], bestEpoch: source.best?.epoch)
  }

  /// The confusion matrix, where rows were judged.
  var confusion: ConfusionFigure? {
    judged.map {
      confusionFigure(
        $0.metrics, title: "\(percent($0.metrics.accuracy)) of \($0.metrics.n) rows are right")
    }
  }

  private var headline: [RunReport.Measure] {
    let epoch = source.best.map {
      RunReport.Measure("best epoch", "\($0.epoch) of \(source.history.count)")
    }
    let measures =
      judged.map { headline(of: $0.metrics) }
      ?? source.best.map {
        [
          RunReport.Measure("accuracy", percent($0.selectAccuracy)),
          RunReport.Measure("macro F1", percent($0.selectMacroF1)),
          RunReport.Measure(
            "log loss", String(format: "%.4f", $0.selectLoss),
            interval: source.checkpoints[0].temperature == nil ? nil : "before the temperature"),
        ]
      }
    return [epoch].compactMap { $0 } + (measures ?? [])
  }

  private func headline(of metrics: ClassificationMetrics) -> [RunReport.Measure] {
    func words(_ interval: BootstrapInterval?) -> String? {
      interval.map {
        String(format: "95 %%: %.1f to %.1f %%", 100 * $0.low, 100 * $0.high)
      }
    }
    let intervals = judged?.intervals
    return [
      RunReport.Measure(
        "accuracy", percent(metrics.accuracy), interval: words(intervals?.accuracy)),
      RunReport.Measure("macro F1", percent(metrics.macroF1), interval: words(intervals?.macroF1)),
      RunReport.Measure(
        "balanced accuracy", percent(metrics.balancedAccuracy),
        interval: words(intervals?.balancedAccuracy)),
      RunReport.Measure("top-2 accuracy", percent(metrics.top2Accuracy)),
      metrics.macroROCAUC.map {
        RunReport.Measure("area under ROC", String(format: "%.4f", $0), interval: "mean of classes")
      },
      RunReport.Measure(
        "calibration error (ECE)", percent(metrics.ece), interval: "0 is best"),
      RunReport.Measure(
        "log loss", String(format: "%.4f", metrics.logLoss),
        interval: String(format: "knowing nothing: %.4f", log(Double(metrics.classes.count)))),
      metrics.brierScore.map {
        RunReport.Measure(
          "Brier score", String(format: "%.4f", $0),
          interval: String(
            format: "knowing nothing: %.4f", 1 - 1 / Double(metrics.classes.count)))
      },
    ].compactMap { $0 }
  }

  /// Results by speaker or artist, by corpus.
  private var groupings: [RunReport.Grouping] {
    guard let judged, let groups = judged.source?.record.groups else { return [] }
    return groups.map { $0.content(overall: judged.metrics.accuracy, of: judged.metrics.n) }
  }

  private var perClass: RunReport.Table {
    guard let metrics = judged?.metrics else { return RunReport.Table(columns: [], rows: []) }
    return RunReport.Table(
      columns: [
        "class", "precision", "recall", "F1", "ROC area", "average precision", "rows", "answered",
      ],
      rows: metrics.classes.enumerated().map { index, name in
        let shares = ClassShares(metrics.confusion, index)
        return [name] + shares.cells
          + [
            area(metrics.perClass[name]?.rocAUC), area(metrics.perClass[name]?.averagePrecision),
            "\(shares.support)", "\(shares.answered)",
          ]
      })
  }

  private func area(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "–" }

  /// The ten pairs that were confused most often, and how often the other way round.
  private var confusedPairs: RunReport.Table {
    guard let metrics = judged?.metrics else { return RunReport.Table(columns: [], rows: []) }
    return RunReport.Table(
      columns: ["labelled", "answered", "rows", "of the label's rows", "the other way round"],
      rows: metrics.confusion.confusedPairs(10).map { pair in
        [
          metrics.classes[pair.truth], metrics.classes[pair.answer], "\(pair.count)",
          percent(pair.share), "\(metrics.confusion.counts[pair.answer][pair.truth])",
        ]
      })
  }

  private var history: RunReport.Table {
    RunReport.Table(
      columns: [
        "epoch", "learning rate", "training loss", "training accuracy", "choosing loss",
        "choosing accuracy", "choosing macro F1", source.subject.speedUnit,
      ],
      rows: source.history.map {
        [
          "\($0.epoch)", String(format: "%.6f", $0.learningRate),
          String(format: "%.4f", $0.trainLoss), percent($0.trainAccuracy),
          String(format: "%.4f", $0.selectLoss), percent($0.selectAccuracy),
          percent($0.selectMacroF1), String(format: "%.0f", $0.imagesPerSecond),
        ]
      })
  }
}

extension ReportedRows {
  /// What is plainly wrong with the answers.
  fileprivate var warnings: [String] {
    let (matrix, names) = (metrics.confusion, metrics.classes)
    var warnings: [String] = []
    let never = names.indices.filter { matrix.support($0) > 0 && matrix.predicted($0) == 0 }
    if !never.isEmpty {
      let shown = never.prefix(8).map { names[$0] }.joined(separator: ", ")
      let more = never.count > 8 ? " and \(never.count - 8) more" : ""
      let count = never.reduce(0) { $0 + matrix.support($1) }
      warnings.append(
        "Never answered: \(shown)\(more). All \(count) rows with such a label are wrong.")
    }
    let most = names.indices.max { (matrix.support($0), $1) < (matrix.support($1), $0) } ?? 0
    let share = Double(matrix.support(most)) / Double(metrics.n)
    if metrics.accuracy <= share {
      warnings.append(
        "Always answering \(names[most]) would be right in \(percent(share)) of the rows: the network is "
          + "no better than that.")
    }
    let ignorance = log(Double(names.count))
    if metrics.logLoss >= ignorance {
      warnings.append(
        String(
          format:
            "Equal probabilities for all classes would have a log loss of %.4f: the network's are "
            + "worth less than that. It is far too sure of wrong answers, or knows nothing.",
          ignorance))
    }
    return warnings
  }
}

extension ReportSource {
  /// The settings of the first network.
  var settings: [(name: String, value: String)] {
    settings(of: checkpoints[0].configuration)
  }

  /// A configuration of the first network, in words.
  func settings(of configuration: RunConfiguration) -> [(name: String, value: String)] {
    let (schedule, optimiser) = (configuration.schedule, configuration.optimiser)
    let distillation = configuration.distillation
    let teachers =
      distillation.teachers.isEmpty
      ? "none"
      : distillation.teachers.map(\.path).joined(separator: ", ")
        + "; weight \(distillation.weight), temperature \(distillation.temperature)"
    return [
      (
        "network",
        "\(configuration.model.title), \(grouped(checkpoints[0].parameterCount)) parameters"
      ),
      ("epochs", "\(configuration.epochs)"),
      ("batch size", "\(configuration.batchSize)"),
      ("optimiser", optimiser.title),
      ("schedule", "\(schedule.name.rawValue), \(schedule.warmupEpochs) epochs of warm-up"),
      ("augmentation", configuration.augmentation.words),
      ("preprocessing", configuration.preprocessing.words),
      ("label smoothing", "\(configuration.loss.labelSmoothing)"),
      ("class weights", configuration.loss.classWeights.words),
      ("begun from", configuration.initial?.path ?? "random weights"),
      ("teachers", teachers),
      (
        "averaged weights",
        configuration.averaging.emaDecay > 0 ? "decay \(configuration.averaging.emaDecay)" : "no"
      ),
      (
        "best epoch by",
        configuration.selectBy == .epoch
          ? "none: the last is taken"
          : configuration.selectBy.rawValue.replacingOccurrences(of: "_", with: " ")
      ),
      ("seed", "\(configuration.seed)"),
      (
        "temperature",
        checkpoints[0].temperature.map { String(format: "%.4f", $0) } ?? "not calibrated"
      ),
    ]
  }
}

extension Checkpoint {
  /// How many trained numbers the network has.
  public var parameterCount: Int {
    var (model, count) = (model, 0)
    model.forEachParameter { count += $1.count }
    return count
  }
}
