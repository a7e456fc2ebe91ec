internal import Foundation
internal import NeuralNetwork
internal import Reporting
internal import TensorCore
internal import Training

/// Keeps a run's TensorBoard file up with what the run folder knows: its layers as text, the figures of
/// every epoch, the pictures drawn so far. A step is an epoch, as in `results.csv`: curves of runs with
/// other batch sizes lie over each other, and nothing is shown that the saved state does not have.
///
/// The file follows the state and never leads it: an epoch is written when it is saved. So a run that
/// was killed has at most too few events, which are added when it goes on, and none twice.
struct TensorBoardLog {
  private let file: TensorBoardFile
  private let layers: String

  /// The file of a run folder whose network is `model`. Throws `ModelError`.
  init(_ folder: RunFolder, _ configuration: RunConfiguration, _ model: Sequential) throws {
    file = TensorBoardFile(in: folder.url)
    layers =
      try configuration.input.map {
        try ModelSummary(model, input: $0.shape).markdown(
          title: configuration.model.title, input: $0.shape)
      } ?? ""
  }

  /// Where the file is.
  var url: URL { file.url }

  /// Adds what the file lacks of these epochs, and the pictures unless it has some of this epoch.
  ///
  /// Events that say anything else than the history does are left out: a file from before the run was
  /// set back, a damaged end. Throws `FileError`.
  func follow(_ history: [EpochRecord], pictures: [TensorBoardPicture] = []) throws {
    let now = Date().timeIntervalSince1970
    let found = try file.events()
    let opening = opening(at: now - history.reduce(0) { $0 + $1.seconds })
    var (kept, epochs, pictured) = ([TensorBoardEvent](), 0, false)
    for event in found.events {
      if kept.count < opening.count {
        guard event.saysTheSame(as: opening[kept.count]) else { break }
      } else if let summary = event.summary, summary.tag.hasPrefix(Self.pictureGroup) {
        guard summary.step == epochs else { break }
        pictured = true
      } else {
        guard epochs < history.count,
          event.saysTheSame(as: Self.scalars(history[epochs], at: 0))
        else { break }
        epochs += 1
        pictured = false
      }
      kept.append(event)
    }
    var missing = Array(opening.dropFirst(kept.count))
    // When they ended, as far as is known; never before what is there already.
    var time = max(
      now - history.dropFirst(epochs).reduce(0) { $0 + $1.seconds }, kept.last?.wallTime ?? 0)
    for record in history.dropFirst(epochs) {
      time = min(time + record.seconds, max(now, time))
      missing.append(Self.scalars(record, at: time))
    }
    if !pictures.isEmpty, !(pictured && epochs == history.count) {
      missing.append(.pictures(pictures, step: history.count, wallTime: now))
    }
    if kept.count == found.events.count, found.isWhole {
      try file.append(missing)
    } else {
      try file.replace(with: kept + missing)
    }
  }

  private func opening(at time: Double) -> [TensorBoardEvent] {
    [
      .version(wallTime: time),
      .text(
        layers, tag: "network/layers", description: "The network, layer by layer.", step: 0,
        wallTime: time),
    ]
  }

  private static func scalars(_ record: EpochRecord, at time: Double) -> TensorBoardEvent {
    // The times as results.csv keeps them, so that an epoch says the same when it is read again.
    func rounded(_ value: Double, _ format: String) -> Double {
      Double(String(format: format, value)) ?? value
    }
    let values: [(String, Double?, String)] = [
      (
        "loss/train", record.trainLoss,
        "The mean loss over the training examples as they were seen, augmented."
      ),
      (
        "loss/select", record.selectLoss,
        "The mean cross-entropy on the examples that choose the best epoch."
      ),
      (
        "accuracy/train", record.trainAccuracy,
        "The share of the training examples that was right when it was seen, augmented."
      ),
      (
        "accuracy/select", record.selectAccuracy,
        "The share that is right of the examples that choose the best epoch."
      ),
      (
        "macro_f1/select", record.selectMacroF1,
        "The mean F1 of the classes on the examples that choose the best epoch."
      ),
      (
        "balanced_accuracy/select", record.selectBalancedAccuracy,
        "The mean recall of the classes on the examples that choose the best epoch."
      ),
      ("learning_rate", record.learningRate, "The learning rate of the epoch's last step."),
      (
        "speed/images_per_second", rounded(record.imagesPerSecond, "%.1f"),
        "Training examples a second, the evaluation excluded."
      ),
      (
        "speed/epoch_seconds", rounded(record.seconds, "%.2f"),
        "Seconds that the epoch took, the evaluation included."
      ),
    ]
    return .scalars(
      values.compactMap { tag, value, description in
        value.map { TensorBoardEvent.Scalar(tag: tag, value: $0, description: description) }
      }, described: record.epoch == 1, step: record.epoch, wallTime: time)
  }
}

extension TensorBoardLog: TrainingCallback {
  /// Adds the epoch.
  func epochDidEnd(_ state: TrainingState) throws { try follow(state.history) }
}

// The pictures of a run folder.
extension TensorBoardLog {
  /// What the tags of pictures begin with.
  private static let pictureGroup = "pictures/"

  /// The pictures among the files of a report. Throws `FileError`.
  static func pictures(among files: [URL]) throws -> [TensorBoardPicture] {
    let descriptions = [
      "curves": "Loss and accuracy so far.",
      "confusion":
        "How often each class was taken for each, by the best epoch so far, on the examples that "
        + "choose it.",
      "samples":
        "Answers of the best epoch so far, the wrong ones framed, and training examples as the "
        + "first epochs show them.",
    ]
    return try files.compactMap { file in
      let name = file.deletingPathExtension().lastPathComponent
      guard file.pathExtension == "png", let description = descriptions[name] else { return nil }
      return TensorBoardPicture(
        tag: pictureGroup + name, description: description,
        png: Array(try readFile(file, expected: "a picture of the run")))
    }
  }
}

extension ModelSummary {
  /// The layers as a table in Markdown.
  fileprivate func markdown(title: String, input: Shape) -> String {
    // A `|` would end a cell.
    func line(_ cells: [String]) -> String {
      "| " + cells.map { $0.replacingOccurrences(of: "|", with: "\\|") }.joined(separator: " | ")
        + " |"
    }
    let head = [
      "**\(title)**: \(parameters) parameters, \(multiplyAdds) multiply-adds for an input of \(input)",
      "", line(["layer", "kind", "settings", "output", "parameters", "multiply-adds"]),
      "|---|---|---|---|---:|---:|",
    ]
    return
      (head
      + rows.map {
        line([
          $0.path, $0.kind, $0.settings, "\($0.output)", "\($0.parameters)", "\($0.multiplyAdds)",
        ])
      }).joined(separator: "\n") + "\n"
  }
}
