import Foundation
import TestSupport
import Testing

/// Drawn faces and a network trained on them, made by the program under test, once for all tests.
enum DrawnFaces {
  /// A network that trains in a second, with batch norm and dropout to remember things by.
  static let smallNetwork = """
    {"batch_size": 32, "model": {"layers": [
      {"layer": "conv2d", "filters": 4, "kernel": 3, "stride": 2, "padding": 1},
      {"layer": "batch_norm"}, {"layer": "relu"}, {"layer": "max_pool2d", "size": 4},
      {"layer": "flatten"}, {"layer": "dropout", "rate": 0.2},
      {"layer": "dense", "units": "classes"}]}}
    """

  /// 280 prepared faces.
  static func data() throws -> URL { try #require(folder).appendingPathComponent("data") }

  /// A run of two epochs on them; tests read it only.
  static func run() throws -> URL { try #require(trained).appendingPathComponent("run") }

  /// 21 pictures of 200 x 200 pixels, in a folder for each class.
  static func images() throws -> URL { try #require(folder).appendingPathComponent("images") }

  /// The first picture of a class, below `images`.
  static func image(_ name: String) throws -> (place: String, url: URL) {
    let files = try FileManager.default.contentsOfDirectory(
      atPath: images().appendingPathComponent(name).path)
    let place = "\(name)/\(try #require(files.min()))"
    return (place, try images().appendingPathComponent(place))
  }

  private static let folder: URL? = try? make(
    FileManager.default.temporaryDirectory.appendingPathComponent(
      "mien-faces-\(UUID().uuidString)"),
    """
    mien synthesize --rows 280 --seed 5 --out faces.csv
    mien prepare faces.csv --out data
    mien synthesize --rows 21 --seed 6 --images images --size 200
    """)

  private static let trained: URL? = try? make(
    #require(folder),
    """
    mien train --data data --run run --config small.json --epochs 2
    """)

  private static func make(_ folder: URL, _ script: String) throws -> URL {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(smallNetwork.utf8).write(to: folder.appendingPathComponent("small.json"))
    let outcome = try MienProcess.shell(script, in: folder)
    try #require(outcome.code == 0, "\(outcome.errors)")
    return folder
  }
}
