internal import AudioFeatures
internal import Datasets
internal import Evaluation
public import Foundation
internal import NeuralNetwork
internal import Reporting
internal import TensorCore
public import Training

/// A run made ready to be passed on: weights and settings without the state to go on from, its
/// figures, a report without examples, and a model card.
///
/// Nothing in it says where on somebody's disk things were.
public struct Release {
  private let source: ReportSource
  private let evaluator: Evaluator
  private let folder: RunFolder

  /// Opens a run, to be judged on the rows that chose its best epoch, or on a split.
  ///
  /// Throws what `ReportSource(run:)` and `ReportSource(checkpoints:data:split:)` throw, and
  /// `FileError.missing` where its data are gone.
  ///
  /// - Parameters:
  ///   - run: its folder.
  ///   - split: the rows to judge it on; nil is those that chose.
  ///   - data: the folder of prepared data with that split; nil is that which the run learnt from.
  public init(_ run: RunFolder, split: String? = nil, data: URL? = nil) throws {
    folder = run
    if let split {
      let path = try RunConfiguration(contentsOf: run.configuration).data.path
      guard let data = data ?? path.map({ URL(fileURLWithPath: $0) }) else {
        throw FileError.missing(
          path: "data.path", expected: "the prepared data with the split \(split)",
          remedy: "name their folder with --data")
      }
      source = try ReportSource(checkpoints: [run.url], data: data, split: split)
    } else {
      source = try ReportSource(run: run)
    }
    guard let evaluator = source.evaluator else {
      throw FileError.missing(
        path: source.checkpoints[0].configuration.data.path ?? "data.path",
        expected: "the prepared data that the run was trained on, to judge it",
        remedy: "prepare them there again")
    }
    self.evaluator = evaluator
  }

  /// Writes the folder: `model.safetensors`, `config.json`, `results.csv`, `report.html` and
  /// `MODEL_CARD.md`, each replaced whole, the weights last; gives the files.
  ///
  /// - Parameters:
  ///   - target: the folder.
  ///   - remarks: Markdown for the card, such as where the data come from.
  ///   - progress: called with the share of the work that is done, in 0...1.
  ///
  /// Throws `FileError.cannotWrite`, and what judging throws.
  public func write(
    to target: URL, remarks: String = "", progress: (Double) throws -> Void = { _ in }
  ) throws -> [URL] {
    // Only pictures have others.
    let views =
      evaluator.dataset.manifest.holdsGrayPictures
      ? TestTimeAugmentation.allCases : [TestTimeAugmentation.none]
    let parts = views.reduce(2) { $0 + $1.count }
    var done = 0
    func tell(_ share: Double, of size: Int) throws {
      try progress((Double(done) + share * Double(size)) / Double(parts))
      if share >= 1 { done += size }
    }
    let judged = try views.map { view in
      (view, try evaluator.probabilities(views: view) { try tell($0, of: view.count) })
    }
    let logits = try evaluator.logits { try tell($0, of: 1) }
    var card = try ModelCard(
      title: target.lastPathComponent, summary: summary, protocolLine: source.words.line,
      notes: source.words.notes, data: data, measures: measures(judged),
      classes: classes(judged), calibration: calibration(judged[0].1, logits),
      weaknesses: weaknesses(judged[0].1), settings: settings, remarks: remarks)
    card.subject = source.subject
    let answers = try evaluator.metrics(judged[0].1)
    card.groupings = try evaluator.record(judged[0].1).groups.map {
      $0.content(overall: answers.accuracy, of: answers.n)
    }
    let report = try source.report(samples: 0, progress: { try tell($0, of: 1) })

    let place = RunFolder(target)
    let (cardFile, page) = (place.file("MODEL_CARD.md"), place.file("report.html"))
    try createFolder(target)
    try card.write(to: cardFile)
    try report.writePage(to: page)
    // What was joined of several runs has no epochs of its own.
    if folder.hasResults {
      try writeAtomically(
        readFile(folder.results, expected: "the run's results"), to: place.results)
    }
    try writeAtomically(configuration.encoded(), to: place.configuration)
    try writeAtomically(
      readFile(checkpoint.weights, expected: "the weights of the best epoch"),
      to: place.releasedWeights)
    return [cardFile, page, place.results, place.configuration, place.releasedWeights].filter {
      FileManager.default.fileExists(atPath: $0.path)
    }
  }

  private var checkpoint: Checkpoint { source.checkpoints[0] }

  /// The run's settings; of paths only the last part is left, sums stay.
  private var configuration: RunConfiguration {
    var configuration = checkpoint.configuration
    func name(_ path: String) -> String { URL(fileURLWithPath: path).lastPathComponent }
    // A run's own reference names the file; the folder's name says which run it was.
    func bare(_ reference: CheckpointReference) -> CheckpointReference {
      var bare = reference
      bare.path = reference.path.split(separator: "/").suffix(2).joined(separator: "/")
      return bare
    }
    configuration.data.path = configuration.data.path.map(name)
    configuration.initial = configuration.initial.map(bare)
    configuration.distillation.teachers = configuration.distillation.teachers.map(bare)
    return configuration
  }

  private var summary: String {
    let title = checkpoint.configuration.model.title
    return
      "\(title.hasPrefix("a ") ? "A" + title.dropFirst() : "A network \(title)") of \(grouped(checkpoint.parameterCount)) parameters, trained "
      + "from \(checkpoint.configuration.initial == nil ? "random weights" : "other weights") with "
      + "Mien. It takes \(inputInWords) and gives a probability for each of "
      + "\(checkpoint.classes.joined(separator: ", "))."
  }

  /// What the network takes: `an image of 48x48x1`.
  private var inputInWords: String {
    let input = checkpoint.input
    let shape = input.shape.dimensions.map(String.init).joined(separator: "x")
    let words =
      switch input.kind {
      case Manifest.imageKind: "an image of \(shape)"
      case Manifest.seriesKind: "a series of \(shape)"
      case Manifest.tableKind: "a row of \(counted(input.shape.count, "column"))"
      default: "a \(input.kind) of \(shape)"
      }
    // Networks that learnt before it was kept do not say it themselves.
    guard let sound = input.sound ?? evaluator.dataset.manifest.preparation.sound?.input else {
      return words
    }
    let summary = FeatureSetRegistry.named(sound.features).map { "; \($0.summary)" } ?? ""
    return "\(words) (\(sound.words)\(summary))"
  }

  private var settings: [(name: String, value: String)] {
    source.settings(of: configuration)
  }
}

// The card's tables.
extension Release {
  private var data: RunReport.Table {
    let manifest = evaluator.dataset.manifest
    let groups = evaluator.dataset.groupsBySplit
    return RunReport.Table(
      columns: ["split", "rows"] + (groups.map { ["\($0.kind)s"] } ?? []) + manifest.classes,
      rows: manifest.splitNames.map { name in
        let split = manifest.splits[name]
        return [name, "\(split?.count ?? 0)"] + (groups.map { ["\($0.counts[name] ?? 0)"] } ?? [])
          + manifest.classes.map { "\(split?.perClass[$0] ?? 0)" }
      })
  }

  private typealias Judged = [(views: TestTimeAugmentation, probabilities: Tensor)]

  private func measures(_ judged: Judged) throws -> RunReport.Table {
    let hasViews = judged.count > 1
    func name(_ views: TestTimeAugmentation) -> String { hasViews ? Self.words(views) : "all rows" }
    func row(_ name: String, _ metrics: ClassificationMetrics) -> [String] {
      let right = metrics.confusion.counts.enumerated().reduce(0) { $0 + $1.element[$1.offset] }
      return [
        name, "\(metrics.n)", share(right, of: metrics.n), percent(metrics.macroF1),
        percent(metrics.balancedAccuracy), percent(metrics.top2Accuracy), percent(metrics.ece),
        String(format: "%.4f", metrics.logLoss),
      ]
    }
    var rows = try judged.map { views, probabilities in
      row(name(views), try evaluator.metrics(probabilities))
    }
    let kept = try evaluator.placesWithoutCopies(
      of: Evaluator.rowsLearnt(by: [checkpoint], evaluator.dataset, at: evaluator.data))
    if kept.count < evaluator.rows.count, !kept.isEmpty {
      rows += try judged.map { views, probabilities in
        row(
          "\(name(views)), without copies of rows learnt from",
          try evaluator.metrics(probabilities, keeping: kept))
      }
    }
    return RunReport.Table(
      columns: [
        hasViews ? "views" : "judged on", "rows", "accuracy", "macro F1", "balanced accuracy",
        "top-2 accuracy", "ECE",
        "log loss",
      ], rows: rows)
  }

  private func classes(_ judged: Judged) throws -> RunReport.Table {
    let shown = judged.filter { $0.views != .flip }
    let metrics = try shown.map { try evaluator.metrics($0.probabilities) }
    return RunReport.Table(
      columns: ["class", "rows"]
        + shown.flatMap { judged in
          ["recall", "precision", "F1"].map {
            shown.count > 1 ? "\($0), \(Self.words(judged.views))" : $0
          }
        },
      rows: evaluator.classes.enumerated().map { index, name in
        [name, "\(metrics[0].confusion.support(index))"]
          + metrics.flatMap { metrics -> [String] in
            let matrix = metrics.confusion
            let right = matrix.counts[index][index]
            return [
              share(right, of: matrix.support(index)), share(right, of: matrix.predicted(index)),
              percent(matrix.f1(index)),
            ]
          }
      })
  }

  private func calibration(_ probabilities: Tensor, _ logits: Tensor) throws -> RunReport.Table {
    func row(_ name: String, _ metrics: ClassificationMetrics) -> [String] {
      [name, percent(metrics.ece), String(format: "%.4f", metrics.logLoss)]
    }
    let plain = row("temperature 1", try evaluator.metrics(logits.softmax()))
    let fitted = try checkpoint.temperature.map {
      row(String(format: "temperature %.4f, as released", $0), try evaluator.metrics(probabilities))
    }
    return RunReport.Table(
      columns: [
        evaluator.dataset.manifest.holdsGrayPictures ? "one view" : "answers", "ECE", "log loss",
      ], rows: [plain] + [fitted].compactMap { $0 })
  }

  /// The classes that are found least, and what they are taken for.
  private func weaknesses(_ probabilities: Tensor) throws -> [String] {
    let matrix = try evaluator.metrics(probabilities).confusion
    let names = evaluator.classes
    let found = names.indices.filter { matrix.support($0) > 0 }
      .sorted { (matrix.recall($0), $0) < (matrix.recall($1), $1) }
    return found.prefix(3).map { index in
      let support = matrix.support(index)
      let others = names.indices.filter { $0 != index && matrix.counts[index][$0] > 0 }
        .sorted { (matrix.counts[index][$1], $0) < (matrix.counts[index][$0], $1) }
        .prefix(2)
      let taken = others.map {
        "\(names[$0]) (\(percent(Double(matrix.counts[index][$0]) / Double(support))))"
      }
      return
        "\(names[index]): \(share(matrix.counts[index][index], of: support)) of \(support) are "
        + "found; the others are mostly taken for \(taken.joined(separator: " and "))."
    }
  }

  private static func words(_ views: TestTimeAugmentation) -> String {
    switch views {
    case .none: "one view"
    case .flip: "with mirror image"
    case .tenCrop: "ten-crop"
    }
  }

  private func share(_ count: Int, of n: Int) -> String {
    if n == 0 { return "none" }
    let interval = ProportionInterval(successes: count, of: n)
    return "\(percent(Double(count) / Double(n))) "
      + "(\(percent(interval.low)) to \(percent(interval.high)))"
  }
}
