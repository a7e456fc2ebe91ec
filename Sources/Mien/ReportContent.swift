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
    content.notes = source.words.notes
    content.metrics = headline
    content.curves = curves
    content.confusion = confusion
    content.perClass = perClass
    content.reliability = judged?.reliability
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

  private var headline: [(name: String, value: String)] {
    let epoch = source.best.map { ("best epoch", "\($0.epoch) of \(source.history.count)") }
    guard let metrics = judged?.metrics else {
      return [epoch].compactMap { $0 }
        + (source.best.map {
          [
            ("accuracy", percent($0.selectAccuracy)), ("macro F1", percent($0.selectMacroF1)),
            ("log loss", String(format: "%.4f", $0.selectLoss)),
          ]
        } ?? [])
    }
    return [epoch].compactMap { $0 } + [
      ("accuracy", percent(metrics.accuracy)), ("macro F1", percent(metrics.macroF1)),
      ("balanced accuracy", percent(metrics.balancedAccuracy)),
      ("top-2 accuracy", percent(metrics.top2Accuracy)),
      ("calibration error (ECE)", percent(metrics.ece)),
      ("log loss", String(format: "%.4f", metrics.logLoss)),
    ]
  }

  private var perClass: RunReport.Table {
    let metrics = judged?.metrics
    return RunReport.Table(
      columns: ["class", "precision", "recall", "F1", "rows"],
      rows: (metrics?.classes ?? []).compactMap { name in
        metrics?.perClass[name].map {
          [name, percent($0.precision), percent($0.recall), percent($0.f1), "\($0.support)"]
        }
      })
  }

  private var history: RunReport.Table {
    RunReport.Table(
      columns: [
        "epoch", "learning rate", "training loss", "training accuracy", "choosing loss",
        "choosing accuracy", "choosing macro F1", "images/s",
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
      ("network", "\(configuration.model.title), \(checkpoints[0].parameterCount) parameters"),
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
      ("best epoch by", configuration.selectBy.rawValue.replacingOccurrences(of: "_", with: " ")),
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
  var parameterCount: Int {
    var (model, count) = (model, 0)
    model.forEachParameter { count += $1.count }
    return count
  }
}
