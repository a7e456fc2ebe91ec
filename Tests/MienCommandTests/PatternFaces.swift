import Foundation
import Imaging
import TensorCore
import TestSupport
import Testing

/// Pictures of 16 x 16 pixels that a tiny network can tell apart: each class has a pattern of its own
/// under noise, so that any number of classes is made in a moment.
struct PatternFaces {
  /// The names of the classes, and how many training pictures each has; tests have half as many.
  var classes: [(name: String, count: Int)]
  /// The class whose pattern another one shows as well: the two cannot be told apart.
  var twins: [Int: Int] = [:]
  /// The deviation of the noise, in grey levels.
  var noise: Float = 30

  /// Writes them as `train/CLASS/*.png` and `test/CLASS/*.png`.
  func write(to folder: URL) throws {
    for (index, (name, count)) in classes.enumerated() {
      var pattern = RandomStream(seed: 100 + UInt64(twins[index] ?? index))
      let blocks = (0..<16).map { _ in Float(60 + pattern.integer(below: 136)) }
      for (split, number) in [("train", count), ("test", max(1, count / 2))] {
        let stream = RandomStream(seed: 7).substream(key: split).substream(index)
        for picture in 0..<number {
          var random = stream.substream(picture)
          let pixels = (0..<256).map { place -> UInt8 in
            let level = blocks[place / 64 * 4 + place % 16 / 4] + noise * random.normal()
            return UInt8(min(255, max(0, level)))
          }
          let image = GrayImage(width: 16, height: 16, pixels: pixels)
          let file = folder.appendingPathComponent("\(split)/\(name)/\(picture).png")
          try writeAtomically(image.png(), to: file)
        }
      }
    }
  }

  /// A network for them.
  static let network = """
    {"batch_size": 32, "optimiser": {"learning_rate": 0.05}, "model": {"layers": [
      {"layer": "conv2d", "filters": 8, "kernel": 3, "stride": 2, "padding": 1},
      {"layer": "batch_norm"}, {"layer": "relu"}, {"layer": "flatten"},
      {"layer": "dense", "units": "classes"}]}}
    """

  /// Trains on them in a folder of its own, in which the pictures are `faces`, the data `data` and the
  /// run `run`, and hands the folder over.
  func withRun(
    epochs: Int, then script: String = "true", _ body: (URL) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      try write(to: folder.appendingPathComponent("faces"))
      try Data(Self.network.utf8).write(to: folder.appendingPathComponent("small.json"))
      let outcome = try MienProcess.shell(
        """
        mien prepare faces --size 16 --out data
        mien train --data data --run run --config small.json --epochs \(epochs) --select-on test
        \(script)
        """, in: folder)
      try #require(outcome.code == 0, "\(outcome.errors)")
      try body(folder)
      if let keep = ProcessInfo.processInfo.environment["MIEN_KEEP_PAGES"] {
        // To be looked at.
        let copy = URL(fileURLWithPath: keep).appendingPathComponent(
          "\(classes.count)-\(epochs)-\(twins.count).html")
        try? FileManager.default.removeItem(at: copy)
        try FileManager.default.copyItem(
          at: folder.appendingPathComponent("run/report.html"), to: copy)
      }
    }
  }
}
