import Foundation
import TensorCore
import Testing

@testable import Datasets

/// Small made-up sources.
enum Fixtures {
  /// A row's pixels: seeded noise over a gradient, so no two are alike.
  static func levels(_ seed: Int, side: Int = 48) -> [UInt8] {
    var random = RandomStream(seed: UInt64(seed))
    return (0..<side * side).map { UInt8($0 % side * 96 / side + random.integer(below: 120)) }
  }

  static func text(_ levels: [UInt8]) -> String {
    levels.map(String.init).joined(separator: " ")
  }

  /// `count` rows of every class in turn, the first 70 % for training.
  static func rows(_ count: Int, side: Int = 48) -> [String] {
    (0..<count).map { index in
      let split = index * 10 < count * 7 ? "Training" : "PublicTest"
      return "\(index % 7),\(text(levels(index, side: side))),\(split)"
    }
  }

  static let header = "emotion,pixels,Usage"

  static func csv(_ rows: [String], header: String = header) -> String {
    ([header] + rows).joined(separator: "\n") + "\n"
  }

  static func write(_ text: String, _ name: String = "faces.csv", in folder: URL) throws -> URL {
    let url = folder.appendingPathComponent(name)
    try Data(text.utf8).write(to: url)
    return url
  }

  static func options(
    size: Int = 48, partitions: Int? = nil, skipsBadRows: Bool = false
  ) -> PreparationOptions {
    var options = PreparationOptions()
    options.size = size
    options.partitions = partitions
    options.skipsBadRows = skipsBadRows
    return options
  }

  /// Names and contents of all files of a folder but part files.
  static func contents(of folder: URL) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { !$0.hasSuffix(".mienpart") }
    return Dictionary(
      uniqueKeysWithValues: try names.map {
        ($0, try Data(contentsOf: folder.appendingPathComponent($0)))
      })
  }
}
