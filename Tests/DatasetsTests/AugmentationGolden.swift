import Foundation

/// What `Golden/make_augmentation.py` wrote: OpenCV's warpAffine and GaussianBlur.
struct AugmentationGolden: Decodable {
  struct Warped: Decodable {
    var angle, scale: Double
    var mirrored: Bool
    var right, down: Double
    var levels: [Float]
  }
  struct Blurred: Decodable {
    var sigma: Float
    var levels: [Float]
  }
  var height, width: Int
  /// The largest difference between neighbours.
  var slope: Double
  var pixels: [UInt8]
  var warped: [Warped]
  var blurred: [Blurred]

  static func load() throws -> AugmentationGolden {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/augmentation.json")
    return try JSONDecoder().decode(AugmentationGolden.self, from: Data(contentsOf: file))
  }
}
