internal import Datasets
internal import Foundation
internal import Imaging
internal import Kernels
internal import Mien
internal import NeuralNetwork

/// A folder of pictures that are faces, from files to answers. Its baseline is the same work in two
/// pieces, all files read and then all faces answered, so the factor is the share of the engine's rate, less
/// reading, that is left.
enum FolderBenchmark {
  static var cases: [Benchmark] {
    let count = 1024
    let operations = NetworkBenchmark.operations(of: .named("vgg10"), [48, 48, 1])
    return [48, 224].map { size in
      Benchmark(
        name: "folder/\(size)", work: .images(count, operations: operations * Double(count))
      ) { try measure(count: count, size: size, $0) }
    }
  }

  private static func measure(
    count: Int, size: Int, _ effort: Effort
  ) throws -> (own: Measurement, baseline: Measurement?) {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("mien-folder-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try SyntheticFaces(seed: 1).writeImages(count: count, size: size, to: folder)
    let files = PhotoFile.find([folder])
    let checkpoint = try Checkpoint(at: Checkpoint.releasedFolder())
    let photos = try PhotoPredictor(Predictor([checkpoint]), search: .whole)
    func timed(_ work: () throws -> Void) throws -> Double {
      let start = ContinuousClock.now
      try work()
      return (ContinuousClock.now - start) / .milliseconds(1)
    }
    var (own, baseline) = ([Double](), [Double]())
    for run in 0...effort.runs {
      let whole = try timed { try photos.predict(files) { _ in } }
      let pieces = try timed {
        _ = photos.predictor.probabilities(of: try read(files, photos.reader))
      }
      if run == 0 { continue }  // a warm-up
      own.append(whole)
      baseline.append(pieces)
    }
    return (Measurement(milliseconds: own), Measurement(milliseconds: baseline))
  }

  /// All faces, read side by side.
  private static func read(_ files: [PhotoFile], _ reader: FaceReader) throws -> [GrayImage] {
    try [Result<GrayImage, any Error>](unsafeUninitializedCapacity: files.count) {
      faces, initialized in
      parallelFor(files.count) { index in
        faces.initializeElement(
          at: index, to: Result { try reader.faces(in: files[index].url)[0].crop })
      }
      initialized = files.count
    }.map { try $0.get() }
  }
}
