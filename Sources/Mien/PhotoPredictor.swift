public import Foundation
public import Imaging
internal import Kernels
internal import TensorCore

/// What the network says of one face.
public struct FaceAnswer: Sendable {
  /// Where the face is, and how the network saw it.
  public let face: FaceInPhoto
  /// The most probable class; of equals the first.
  public let label: Int
  /// By class; they add up to 1.
  public let probabilities: [Float]
}

/// What became of one file.
public struct PhotoAnswer: Sendable {
  /// The file.
  public let file: PhotoFile
  /// Its faces, the largest first; empty where there is none, or where the file could not be read.
  public let faces: [FaceAnswer]
  /// Why the file could not be read.
  public let error: (any Error)?
}

/// Answers for picture files. Files are read side by side on all workers, and the faces of many
/// files go through the network together.
public struct PhotoPredictor: Sendable {
  /// What is asked.
  public let predictor: Predictor
  /// What finds the faces.
  public let reader: FaceReader

  /// Files that are read before their faces are answered: enough to fill batches, few enough that
  /// answers come while one watches.
  private static let filesAtOnce = 64

  /// Throws `RunError.unsuited` where the network does not take squares.
  public init(
    _ predictor: Predictor, search: FaceSearch = .auto, maxFaces: Int? = nil,
    detector: DetectorModel = .cascades
  ) throws {
    let shape = predictor.shape
    guard shape[0] == shape[1] else {
      throw RunError.unsuited(
        checkpoint: predictor.checkpoints[0].weights.path,
        problem: "it takes pictures of \(shape[1])x\(shape[0]) pixels, faces are square",
        remedy: "choose a checkpoint that was trained on square faces")
    }
    self.predictor = predictor
    reader = FaceReader(
      side: shape[0], search: search, maxFaces: maxFaces, detector: detector)
  }

  /// The faces of one picture file with their answers, the largest first; none where there is no face.
  /// Serves several threads at once.
  ///
  /// Throws `FileError`, `ImagingError`, and `FaceReader.NoDetector` where faces have to be looked for
  /// and no detector can be had.
  public func faces(in file: URL) throws -> [FaceAnswer] {
    answers(for: try reader.faces(in: file))
  }

  /// The faces of a picture in memory with their answers, the largest first. Throws as for a file.
  public func faces(in image: GrayImage) throws -> [FaceAnswer] {
    answers(for: try reader.faces(in: image))
  }

  private func answers(for faces: [FaceInPhoto]) -> [FaceAnswer] {
    let probabilities = predictor.probabilities(of: faces.map(\.crop))
    let count = predictor.classes.count
    let (labels, values) = (probabilities.argmax(), probabilities.elements)
    return faces.enumerated().map { index, face in
      FaceAnswer(
        face: face, label: labels[index],
        probabilities: Array(values[index * count..<(index + 1) * count]))
    }
  }

  /// Answers for each file in order. A file that cannot be read has an answer too, with its error.
  ///
  /// `check` is called before each file is read, on any thread; what it throws ends the work, as
  /// does what `emit` throws. Throws `FileError` where no detector can be had, which is no file's
  /// fault.
  public func predict(
    _ files: [PhotoFile], check: () throws -> Void = {}, emit: (PhotoAnswer) throws -> Void
  ) throws {
    for start in stride(from: 0, to: files.count, by: Self.filesAtOnce) {
      let some = Array(files[start..<min(start + Self.filesAtOnce, files.count)])
      let read = faces(in: some, check: check)
      try check()
      for case .failure(let error as FaceReader.NoDetector) in read { throw error.problem }
      for answer in answers(for: some, read) { try emit(answer) }
    }
  }

  private func answers(
    for files: [PhotoFile], _ read: [Result<[FaceInPhoto], any Error>]
  ) -> [PhotoAnswer] {
    var rest = answers(for: read.flatMap { (try? $0.get()) ?? [] })[...]
    return zip(files, read).map { file, result in
      switch result {
      case .failure(let error): return PhotoAnswer(file: file, faces: [], error: error)
      case .success(let faces):
        defer { rest = rest.dropFirst(faces.count) }
        return PhotoAnswer(file: file, faces: Array(rest.prefix(faces.count)), error: nil)
      }
    }
  }

  private func faces(
    in files: [PhotoFile], check: () throws -> Void
  ) -> [Result<[FaceInPhoto], any Error>] {
    Array(unsafeUninitializedCapacity: files.count) { results, count in
      parallelFor(files.count) { index in
        results.initializeElement(
          at: index,
          to: Result {
            try check()
            if let problem = files[index].problem { throw problem }
            return try reader.faces(in: files[index].url)
          })
      }
      count = files.count
    }
  }
}
