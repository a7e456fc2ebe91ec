import AudioFeatures
import Datasets
import Foundation
import Explainers
import Imaging
import Kernels
import Mien
import TensorCore

/// What `mien explain` is asked about.
enum ExplainSubject {
  case images([URL])
  /// Recordings; of longer ones the stretch that begins so many seconds in, or the middle.
  case sounds([URL], at: Double?)
  case rows(data: URL, split: String, indices: [Int], limit: Int?)

  /// An input to be explained.
  struct Input {
    let path: String
    let index: Int?
    /// What tells it from the others: its row, or its path.
    var label: String { index.map { "\($0)" } ?? path }
    /// The stem of the files about it.
    let name: String
    /// Where a sound lies in its recording.
    var place = SoundPlace()
    /// In stored values, of the network's shape.
    let values: @Sendable () throws -> Tensor

    /// What a person may not expect of the stretch that is heard; nil where there is nothing.
    var remark: String? {
      if place.isSilent {
        return "warning: \(path) is silent here (below −60 dB), what is explained means nothing"
      }
      guard let heard = place.heard else { return nil }
      func seconds(_ number: Double) -> String { String(format: "%.1f s", number) }
      if place.isPadded {
        return
          "\(path): there are \(seconds(heard.upperBound - heard.lowerBound)) to hear and the network takes "
          + "more; the silence that was put around them is hatched in the picture"
      }
      return place.asked.map {
        "\(path): from \(seconds(heard.lowerBound)), not \(seconds($0)), so that what is heard ends with "
          + "the recording"
      }
    }
  }

  /// For people.
  var inWords: String {
    switch self {
    case .images(let files): counted(files.count, "picture")
    case .sounds(let files, _): counted(files.count, "sound")
    case .rows(let data, let split, let indices, let limit):
      "\(split) of \(data.relativePath)"
        + (indices.isEmpty
          ? limit.map { ", the first \(counted($0, "row"))" } ?? ""
          : ", rows \(indices.map { "\($0)" }.joined(separator: ", "))")
    }
  }

  /// The inputs as the networks take them; those of prepared data are read when they are asked for.
  ///
  /// Of several files those that are broken or without a face are passed over and `passedOver` is told;
  /// where none is left the first of their errors is thrown.
  func inputs(
    for ensemble: Ensemble, search: FaceSearch, detector: DetectorModel,
    passedOver: (any MienError) -> Void
  ) throws -> [Input] {
    let checkpoint = ensemble.checkpoints[0]
    switch self {
    case .images(let files):
      guard checkpoint.takesGrayPictures else {
        throw RunError.unsuited(
          checkpoint: checkpoint.weights.path,
          problem: "it takes inputs of kind \(checkpoint.input.kind), not pictures",
          remedy: checkpoint.input.kind == Manifest.imageKind
            ? "give rows of prepared data with --data and --split"
            : "give a recording with --sound, or choose a checkpoint that was trained on faces")
      }
      let reader = try PhotoPredictor(
        Predictor(ensemble.checkpoints), search: search, maxFaces: 1, detector: detector
      ).reader
      return try fromFiles(files, passedOver: passedOver) { file, name in
        guard let face = try reader.faces(in: file).first else {
          throw NoFace(path: file.relativePath)
        }
        let shape = ensemble.shape
        return Input(path: file.relativePath, index: nil, name: name) {
          Predictor.levels(of: [face.crop]).reshaped(shape)
        }
      }
    case .sounds(let files, let seconds):
      return try fromFiles(files, passedOver: passedOver) { file, name in
        let sound = try ExplainedSound(
          AudioFile.read(file, rate: nil), for: checkpoint.input, at: seconds,
          path: file.relativePath, checkpoint: checkpoint.weights.path)
        return Input(path: file.relativePath, index: nil, name: name, place: sound.place) {
          sound.values
        }
      }
    case .rows(let folder, let split, let indices, let limit):
      let dataset = try PreparedDataset(at: folder)
      let manifest = dataset.manifest
      guard manifest.shape == ensemble.shape, manifest.kind == checkpoint.input.kind else {
        throw RunError.mismatch(
          checkpoint: checkpoint.weights.path, data: folder.path,
          problem:
            "it takes inputs of kind \(checkpoint.input.kind) and shape \(ensemble.shape), the "
            + "data are \(manifest.kind) of shape \(manifest.shape)")
      }
      let rows = try dataset.rows(ofSplit: split, at: folder.relativePath, for: "explain")
      let first = Array(rows.indices.prefix(limit ?? rows.count))
      let chosen = indices.reduce(into: [Int]()) { if !$0.contains($1) { $0.append($1) } }
      return try (indices.isEmpty ? first : chosen).map { index in
        guard rows.indices.contains(index) else {
          throw UsageError(
            ExplainCommand.declaration.name,
            .badValue(
              name: "--index", found: "\(index)",
              expected: "a row of \(split), from 0 to \(rows.count - 1)"))
        }
        return Input(
          path: folder.relativePath, index: index,
          name: "\(split)-\(index)".asFileName(keeping: "-_."),
          values: {
            Tensor(uninitialized: manifest.shape) { dataset.read(rows[index], into: $0) }
          })
      }
    }
  }

  /// The inputs of files, each with a name of its own.
  private func fromFiles(
    _ files: [URL], passedOver: (any MienError) -> Void,
    _ make: (_ file: URL, _ name: String) throws -> Input
  ) throws -> [Input] {
    var names = UniqueNames()
    var (inputs, failures) = ([Input](), [any MienError]())
    for file in files {
      do {
        var taken = names
        let stem = file.deletingPathExtension().lastPathComponent
        inputs.append(try make(file, taken.take(stem.asFileName(keeping: "-_."))))
        names = taken
      } catch let failure as any MienError {
        failures.append(failure)
      }
    }
    if inputs.isEmpty, let first = failures.first { throw first }
    failures.forEach(passedOver)
    return inputs
  }
}

/// A photo in which there is nothing to explain.
private struct NoFace: MienError {
  let path: String
  var kind: FailureKind { .badData }
  var description: String {
    "\(path): no face found, expected one to explain; --faces whole takes the picture as it is"
  }
}
