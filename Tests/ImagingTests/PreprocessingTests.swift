import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Imaging

@Suite("Preprocessing") struct PreprocessingTests {
  private struct Golden: Decodable {
    struct Case: Decodable {
      var settings: JSONValue
      var height, width: Int
      var pixels, result: [UInt8]
    }
    var cases: [Case]
  }

  private func settings(_ json: JSONValue) throws -> Preprocessing {
    let defaults = try JSONDecoder().decode(
      JSONValue.self, from: JSONEncoder().encode(Preprocessing()))
    return try JSONDecoder().decode(
      Preprocessing.self, from: JSONEncoder().encode(defaults.overlaid(with: json)))
  }

  // Debian's OpenCV is 4.6 and the golden values are 4.12's: CLAHE and the smoothing filters
  // may round another way, equalisation and the median may not.
  @Test("equals opencv-python: exactly where levels are looked up, else to one level")
  func golden() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/preprocessing.json")
    let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    #expect(golden.cases.count == 20)
    for test in golden.cases {
      let settings = try settings(test.settings)
      try settings.validate()
      var result = [UInt8](repeating: 77, count: test.pixels.count)
      settings.apply(test.pixels, to: &result, width: test.width, height: test.height)
      let isExact =
        settings.equalisation != .clahe && [.none, .median].contains(settings.denoising)
      expectClose(
        result.map { Float($0) }, test.result.map(Double.init), absolute: isExact ? 0 : 1,
        "\(settings.words), \(test.width)x\(test.height)")
      #expect(settings.isOff == (result == test.pixels))
    }
  }

  @Test("many pictures at once, pictures as levels, and any workers: the same") func manyAtOnce()
    throws
  {
    var settings = Preprocessing()
    settings.equalisation = .clahe
    settings.denoising = .bilateral
    let pictures: [[UInt8]] = (0..<5).map { seed in
      let numbers: [Float] = randomNumbers(20 * 16, seed: UInt64(seed + 1))
      return numbers.map { UInt8(127.5 + 127 * $0) }
    }
    var together = [UInt8](repeating: 0, count: 5 * 320)
    settings.apply(pictures.flatMap { $0 }, to: &together, width: 16, height: 20, count: 5)
    for (index, picture) in pictures.enumerated() {
      var alone = [UInt8](repeating: 0, count: 320)
      settings.apply(picture, to: &alone, width: 16, height: 20)
      #expect(Array(together[index * 320..<(index + 1) * 320]) == alone)
    }
    // Levels between whole ones are rounded, those outside are brought in.
    let levels = Tensor([5, 20, 16, 1], pictures.flatMap { $0.map { Float($0) + 0.3 } })
    let expected = together.map { Float($0) }
    #expect(settings.apply(toLevels: levels).elements == expected)
    expectSameOnAnyNumber("levels") { settings.apply(toLevels: levels).elements }
    let outside = Preprocessing().apply(toLevels: Tensor([1, 1, 2, 1], [-3, 300]))
    #expect(outside.elements == [0, 255])
  }

  @Test("a setting out of its range is refused by its key")
  func refused() throws {
    for (key, value) in [
      ("clip_limit", JSONValue.double(0.5)), ("tiles", .int(0)), ("tiles", .int(17)),
      ("size", .int(4)), ("size", .int(1)), ("sigma", .double(0)), ("level_sigma", .double(500)),
    ] {
      let bad = try settings(.object([key: value]))
      let error = try #require(throws: SettingError.self) { try bad.validate() }
      #expect(error.key == "preprocessing.\(key)" && error.kind == .usage)
    }
    #expect(throws: DecodingError.self) {
      try settings(.object(["denoising": .string("nlmeans")]))
    }
  }
}
