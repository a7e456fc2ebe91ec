internal import Datasets
internal import Evaluation
public import Foundation
internal import Imaging
internal import NeuralNetwork
internal import Reporting
internal import TensorCore
internal import Training

extension TrainingRun {
  /// Measures the best epoch on the rows that chose it and writes `curves.png`, `confusion.png`,
  /// `samples.png` and `report.html`; gives all files of the run. A run without a whole epoch yet
  /// has nothing to draw.
  public func writeReport() throws -> [URL] {
    guard let best = state.best else { return [folder.configuration] }
    let judgement = try judgeBest()
    let metrics = judgement.metrics
    let classes = metrics.classes
    let curves = CurvesFigure(
      panels: [
        CurvesFigure.Panel(
          title: "Loss",
          series: [
            .init(name: "training", values: state.history.map(\.trainLoss)),
            .init(name: "choosing", values: state.history.map(\.selectLoss)),
          ]),
        CurvesFigure.Panel(
          title: "Accuracy",
          series: [
            .init(name: "training", values: state.history.map(\.trainAccuracy)),
            .init(name: "choosing", values: state.history.map(\.selectAccuracy)),
          ]),
      ], bestEpoch: best.epoch)
    let confusion = confusionFigure(
      metrics, title: "Epoch \(best.epoch) on \(selectionName)")
    let samples = SamplesFigure(samples: samples(judgement))
    let samplesPNG = try samples.png()

    try writeAtomically(curves.png(), to: folder.file("curves.png"))
    try writeAtomically(confusion.png(), to: folder.file("confusion.png"))
    try writeAtomically(samplesPNG, to: folder.file("samples.png"))
    try RunReport(
      RunReport.Content(
        title: "\(configuration.model.title): \(folder.url.lastPathComponent)",
        protocolLine: protocolLine, settings: settings, metrics: headline(metrics, best: best),
        history: historyTable, perClass: perClassTable(metrics, classes), curves: curves,
        confusion: confusion, samplesPNG: samplesPNG, notes: notes)
    ).write(to: folder.file("report.html"))
    return [
      "config.json", "results.csv", "best.safetensors", "last.safetensors", "state.safetensors",
      "curves.png", "confusion.png", "samples.png", "report.html",
    ].map(folder.file)
  }

  private var settings: [(name: String, value: String)] {
    let schedule = configuration.schedule
    return [
      ("network", "\(configuration.model.title), \(parameterCount) parameters"),
      ("epochs", "\(configuration.epochs)"),
      ("batch size", "\(configuration.batchSize)"),
      (
        "optimiser",
        "\(configuration.optimiser.name.rawValue), learning rate "
          + "\(configuration.optimiser.learningRate), momentum \(configuration.optimiser.momentum)"
          + (configuration.optimiser.nesterov ? " (Nesterov)" : "")
          + ", weight decay \(configuration.optimiser.weightDecay)"
      ),
      ("schedule", "\(schedule.name.rawValue), \(schedule.warmupEpochs) epochs of warm-up"),
      (
        "augmentation",
        "mirrored with probability \(configuration.augmentation.flip), "
          + "shifted by up to \(configuration.augmentation.shift) pixels"
      ),
      ("label smoothing", "\(configuration.loss.labelSmoothing)"),
      ("seed", "\(configuration.seed)"),
    ]
  }

  private func headline(
    _ metrics: ClassificationMetrics, best: EpochRecord
  ) -> [(name: String, value: String)] {
    [
      ("best epoch", "\(best.epoch) of \(state.epoch)"),
      ("accuracy", percent(metrics.accuracy)), ("macro F1", percent(metrics.macroF1)),
      ("balanced accuracy", percent(metrics.balancedAccuracy)),
      ("top-2 accuracy", percent(metrics.top2Accuracy)),
      ("calibration error (ECE)", percent(metrics.ece)),
      ("log loss", String(format: "%.4f", metrics.logLoss)),
    ]
  }

  private var historyTable: RunReport.Table {
    RunReport.Table(
      columns: [
        "epoch", "learning rate", "training loss", "training accuracy", "choosing loss",
        "choosing accuracy", "choosing macro F1", "images/s",
      ],
      rows: state.history.map {
        [
          "\($0.epoch)", String(format: "%.6f", $0.learningRate),
          String(format: "%.4f", $0.trainLoss), percent($0.trainAccuracy),
          String(format: "%.4f", $0.selectLoss), percent($0.selectAccuracy),
          percent($0.selectMacroF1), String(format: "%.0f", $0.imagesPerSecond),
        ]
      })
  }

  private func perClassTable(
    _ metrics: ClassificationMetrics, _ classes: [String]
  ) -> RunReport.Table {
    RunReport.Table(
      columns: ["class", "precision", "recall", "F1", "rows"],
      rows: classes.compactMap { name in
        metrics.perClass[name].map {
          [name, percent($0.precision), percent($0.recall), percent($0.f1), "\($0.support)"]
        }
      })
  }

  private var notes: [String] {
    [
      "The split that chose the best epoch is the one reported here, so these figures are "
        + "somewhat too good; examine the network with mien evaluate on a split that nothing was "
        + "chosen on.",
      "A label is what somebody read in a picture, not what the person felt.",
    ]
  }

  /// Twelve rows that were answered rightly and twelve that were not, most confident first and
  /// spread over the classes.
  private func samples(_ judgement: Judgement) -> [SamplesFigure.Sample] {
    let shape = dataset.manifest.shape
    guard shape.rank == 3, shape[2] == 1 else { return [] }
    let answers = judgement.probabilities.argmax()
    let values = judgement.probabilities.elements
    let classes = dataset.manifest.classes
    func confidence(_ index: Int) -> Float { values[index * classes.count + answers[index]] }

    func pick(_ indices: [Int]) -> [Int] {
      var byClass = Dictionary(grouping: indices) { dataset.label(rows.selection[$0]) }
      for label in byClass.keys { byClass[label]?.sort { confidence($0) > confidence($1) } }
      var picked: [Int] = []
      for rank in 0..<12 {
        for label in classes.indices where picked.count < 12 {
          if let index = byClass[label]?.dropFirst(rank).first { picked.append(index) }
        }
      }
      return picked
    }
    let isHit = answers.indices.map { answers[$0] == dataset.label(rows.selection[$0]) }
    let picked =
      pick(answers.indices.filter { isHit[$0] }) + pick(answers.indices.filter { !isHit[$0] })
    return picked.map { index in
      let row = rows.selection[index]
      return SamplesFigure.Sample(
        image: GrayImage(
          width: shape[1], height: shape[0], pixels: Array(dataset.pixels(of: row))),
        truth: classes[dataset.label(row)], prediction: classes[answers[index]],
        probability: Double(confidence(index)))
    }
  }
}
