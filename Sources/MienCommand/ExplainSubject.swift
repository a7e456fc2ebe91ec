import Datasets
import Foundation
import Imaging
import Mien
import TensorCore

/// What `mien explain` is asked about.
enum ExplainSubject {
  case images([URL])
  case rows(data: URL, split: String, indices: [Int], limit: Int?)

  /// A face to be explained.
  struct Face {
    let path: String
    let index: Int?
    /// What tells it from the others: its row, or its path.
    var label: String { index.map { "\($0)" } ?? path }
    /// The stem of the files about it.
    let name: String
    let image: @Sendable () throws -> GrayImage
  }

  /// For people.
  var inWords: String {
    switch self {
    case .images(let files): counted(files.count, "picture")
    case .rows(let data, let split, let indices, let limit):
      "\(split) of \(data.relativePath)"
        + (indices.isEmpty
          ? limit.map { ", the first \(counted($0, "row"))" } ?? ""
          : ", rows \(indices.map { "\($0)" }.joined(separator: ", "))")
    }
  }

  /// The faces, cut out as the networks take them; those of prepared data are read when they are asked
  /// for.
  ///
  /// Of several pictures those that are broken or without a face are passed over and `passedOver` is told;
  /// where none is left the first of their errors is thrown.
  func faces(
    for predictor: Predictor, search: FaceSearch, detector: DetectorModel,
    passedOver: (any MienError) -> Void
  ) throws -> [Face] {
    switch self {
    case .images(let files):
      let reader = try PhotoPredictor(
        predictor, search: search, maxFaces: 1, detector: detector
      ).reader
      var names = UniqueNames()
      var (faces, failures) = ([Face](), [any MienError]())
      for file in files {
        do {
          guard let face = try reader.faces(in: file).first else {
            throw NoFace(path: file.relativePath)
          }
          let stem = file.deletingPathExtension().lastPathComponent
          faces.append(
            Face(
              path: file.relativePath, index: nil,
              name: names.take(stem.asFileName(keeping: "-_.")), image: { face.crop }))
        } catch let failure as any MienError {
          failures.append(failure)
        }
      }
      if faces.isEmpty, let first = failures.first { throw first }
      failures.forEach(passedOver)
      return faces
    case .rows(let folder, let split, let indices, let limit):
      let dataset = try PreparedDataset(at: folder)
      guard dataset.manifest.shape == predictor.shape else {
        throw RunError.mismatch(
          checkpoint: predictor.checkpoints[0].weights.path, data: folder.path,
          problem: "it takes inputs of shape \(predictor.shape), the data are of shape "
            + "\(dataset.manifest.shape)")
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
        return Face(
          path: folder.relativePath, index: index,
          name: "\(split)-\(index)".asFileName(keeping: "-_."),
          image: { dataset.image(of: rows[index]) })
      }
    }
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
