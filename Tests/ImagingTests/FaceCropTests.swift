import Foundation
import TestSupport
import Testing

@testable import Imaging

@Suite struct FaceCropTests {
  /// Eyes whose line is turned by an angle in degrees.
  static func eyes(tilted degrees: Double) -> DetectedFace.Eyes {
    let angle = degrees * .pi / 180
    return .init(left: Point(0, 0), right: Point(10 * cos(angle), 10 * sin(angle)))
  }

  @Test(
    "the mean of a slope over a turned square is its height in the square's middle",
    arguments: [0.0, 15, -30, 90], [12, 48, 90])
  func slope(_ degrees: Double, _ size: Int) {
    func height(_ x: Double, _ y: Double) -> Double { 20 + 0.7 * x + 0.4 * y }
    let (width, rows) = (200, 160)
    let pixels = (0..<width * rows).map { index in
      UInt8(height(Double(index % width) + 0.5, Double(index / width) + 0.5).rounded())
    }
    let image = GrayImage(width: width, height: rows, pixels: pixels)
    let face = DetectedFace(
      box: Box(x: 70, y: 50, width: 60, height: 60), eyes: Self.eyes(tilted: degrees))
    let crop = FaceCrop.crop(image, to: face, size: size)
    let angle = degrees * .pi / 180
    let expected = (0..<size * size).map { index in
      let u = ((Double(index % size) + 0.5) / Double(size) - 0.5) * 60 * FaceCrop.framing
      let v = ((Double(index / size) + 0.5) / Double(size) - 0.5) * 60 * FaceCrop.framing
      return height(
        100 + u * cos(angle) - v * sin(angle), 80 + u * sin(angle) + v * cos(angle))
    }
    expectClose(crop.pixels.map(Double.init), expected, absolute: 1.01)
  }

  @Test("stripes too fine for the crop become grey, not coarse stripes", arguments: [0.0, 20])
  func fineStripes(_ degrees: Double) {
    let side = 480
    let pixels = (0..<side * side).map { UInt8(($0 % side) % 2 * 255) }
    let image = GrayImage(width: side, height: side, pixels: pixels)
    let face = DetectedFace(
      box: Box(x: 80, y: 80, width: 320, height: 320), eyes: Self.eyes(tilted: degrees))
    let crop = FaceCrop.crop(image, to: face, size: 48)
    // A pixel covers seven stripes: at worst it has half a stripe too many of one colour.
    expectClose(
      crop.pixels.map(Double.init), [Double](repeating: 127.5, count: 48 * 48), absolute: 20)
  }

  @Test("what lies outside of the picture repeats its edge")
  func edges() {
    let image = GrayImage(width: 2, height: 2, pixels: [10, 10, 200, 200])
    let crop = FaceCrop.crop(
      image, to: DetectedFace(box: Box(x: -8, y: -8, width: 18, height: 18)), size: 19)
    #expect(crop.pixels.prefix(8 * 19).allSatisfy { $0 == 10 })
    #expect(crop.pixels.suffix(8 * 19).allSatisfy { $0 == 200 })
    #expect(Set(crop.pixels.dropFirst(9 * 19).prefix(19)).count == 1)
  }

  @Test("the whole picture is resized as it is")
  func whole() {
    let image = GrayImage(width: 96, height: 96, pixels: (0..<96 * 96).map { UInt8($0 % 251) })
    #expect(FaceCrop.whole(image, size: 48) == image.resized(width: 48, height: 48))
  }
}

@Suite struct CascadeTests {
  @Test("a cascade that is missing or none says what to install or to look at")
  func missing() throws {
    let missing = #expect(throws: (any Error).self) { try Cascade("third_eye") }
    #expect("\(try #require(missing))".contains("install opencv-data"))
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("cascade.xml")
      for text in ["", "no XML", "<opencv_storage></opencv_storage>"] {
        try Data(text.utf8).write(to: file)
        let damaged = #expect(throws: (any Error).self) { try Cascade(path: file.path) }
        #expect("\(try #require(damaged))".hasPrefix("\(file.path): cannot be read"))
      }
    }
  }

  @Test("pictures smaller than any face have none", arguments: [1, 2, 5, 19, 24])
  func tiny(_ side: Int) throws {
    let image = GrayImage(
      width: side, height: side, pixels: (0..<side * side).map { UInt8($0 * 37 % 256) })
    #expect(try FaceDetector().faces(in: image) == [])
  }
}
