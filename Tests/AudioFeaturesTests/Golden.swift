import Foundation
import TestSupport

/// What `Golden/make_features.py` wrote: librosa's figures of made and of real sounds.
struct Golden: Decodable {
  struct Summary: Decodable {
    let rows, frames: Int
    let mean, deviation: [Double]
    let least, largest: Double
    /// Row, frame, number.
    let picks: [[Double]]
  }
  struct Sound: Decodable {
    let rate, samples: Int
    let tempo, tuning: Double
    let trim: [Int]
    let features: [String: Summary]
  }
  let sounds, clips: [String: Sound]

  static let features: Golden = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/features.json")
    do {
      return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    } catch {
      preconditionFailure("\(file.path): \(error); run Golden/make_features.py")
    }
  }()

  /// Where real sounds are, beside the project.
  static let data = Project.root.deletingLastPathComponent().appendingPathComponent("shared/data")
  static let hasData = FileManager.default.fileExists(
    atPath: data.appendingPathComponent("ravdess").path)
}
