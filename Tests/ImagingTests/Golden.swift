import Foundation
import Testing

/// What `Golden/make_images.py` wrote: small files with the pixels that other decoders find.
struct Golden: Decodable {
  struct Case: Decodable, CustomTestStringConvertible {
    var name: String
    var file: Data
    var width, height, channels, tolerance: Int
    var pixels: [UInt8]
    var testDescription: String { name }
  }
  struct Refused: Decodable, CustomTestStringConvertible {
    var name, word: String
    var file: Data
    var testDescription: String { name }
  }
  struct Resized: Decodable {
    var width, height: Int
    var pixels: [UInt8]
  }
  struct Photo: Decodable {
    var width, height: Int
    var pixels: [UInt8]
    var area, linear: [Resized]
  }
  var cases: [Case]
  var refused: [Refused]
  var photo: Photo

  static let images: Golden = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/images.json")
    do {
      return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    } catch {
      preconditionFailure("\(file.path): \(error); run Golden/make_images.py")
    }
  }()
}
