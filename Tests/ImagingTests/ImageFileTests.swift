import Foundation
import Imaging
import TensorCore
import TestSupport
import Testing

@Suite struct ImageFileTests {
  @Test(
    "every form of PNG and JPEG decodes to the pixels that Pillow finds",
    arguments: Golden.images.cases)
  func decodes(_ golden: Golden.Case) throws {
    let image = try ImageFile.decode([UInt8](golden.file))
    let (width, height, pixels): (Int, Int, [UInt8])
    switch image {
    case .gray(let gray):
      #expect(golden.channels == 1)
      (width, height, pixels) = (gray.width, gray.height, gray.pixels)
    case .rgb(let rgb):
      #expect(golden.channels == 3)
      (width, height, pixels) = (rgb.width, rgb.height, rgb.pixels)
    }
    #expect(width == golden.width && height == golden.height)
    expectClose(
      pixels.map(Double.init), golden.pixels.map(Double.init),
      absolute: Double(golden.tolerance), golden.name)
  }

  @Test("every truncation is an error", arguments: Golden.images.cases)
  func truncated(_ golden: Golden.Case) {
    let bytes = [UInt8](golden.file)
    for count in 0..<bytes.count {
      #expect(throws: ImagingError.self, "\(golden.name) cut to \(count) bytes") {
        try ImageFile.decode(Array(bytes.prefix(count)))
      }
    }
  }

  @Test(
    "any damaged byte gives an image of a sane size or an error, never a crash",
    arguments: Golden.images.cases)
  func damaged(_ golden: Golden.Case) {
    var random = RandomStream(seed: 3)
    let bytes = [UInt8](golden.file)
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= UInt8(1 + random.integer(below: 255))
      guard let image = try? ImageFile.decode(damaged, pixelLimit: 100_000) else { continue }
      let gray = image.grayscale()
      #expect(gray.width * gray.height <= 100_000)
    }
  }

  @Test("a damaged PNG is caught by its checksums")
  func checksums() throws {
    let golden = try #require(Golden.images.cases.first)
    var bytes = [UInt8](golden.file)
    bytes[bytes.count - 20] ^= 1
    #expect(throws: ImagingError.self) { try ImageFile.decode(bytes) }
  }

  @Test("a header that promises more pixels than the limit is refused before anything is allocated")
  func bomb() throws {
    for golden in Golden.images.cases {
      let error = #expect(throws: ImagingError.self) {
        try ImageFile.decode([UInt8](golden.file), name: "a.png", pixelLimit: 142)
      }
      #expect(error?.description.contains("13x11 pixels, expected at most 142") == true)
    }
    var png = [UInt8](Golden.images.cases[0].file)
    png.replaceSubrange(16..<24, with: [0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF])
    #expect(throws: ImagingError.self) { try ImageFile.decode(png) }
  }

  @Test("other files are named in the error")
  func otherFormats() throws {
    for (bytes, word) in [
      (Array("GIF89a..".utf8), "GIF"), ([], "empty"), (Array("emotion".utf8), "65 6D 6F 74"),
    ] {
      let error = #expect(throws: ImagingError.self) {
        try ImageFile.decode(bytes, name: "faces/7.png")
      }
      #expect(error?.kind == .badData)
      #expect(error?.description.hasPrefix("faces/7.png") == true)
      #expect(error?.description.contains(word) == true)
    }
    #expect(throws: FileError.self) {
      try ImageFile.decode(contentsOf: URL(fileURLWithPath: "/nowhere/face.png"))
    }
  }

  @Test("what is encoded decodes to itself; JPEG nearly, and smaller at lower quality")
  func roundTrip() throws {
    var random = RandomStream(seed: 9)
    let noise = (0..<3 * 37 * 21).map { _ in UInt8(random.integer(below: 256)) }
    let rgb = RGBImage(width: 37, height: 21, pixels: noise)
    let gray = GrayImage(width: 37, height: 21, pixels: Array(noise.prefix(37 * 21)))
    #expect(try ImageFile.decode(rgb.png()) == .rgb(rgb))
    #expect(try ImageFile.decode(gray.png()) == .gray(gray))
    let levels: [UInt8] = (0..<1200).map { index in
      let (row, column) = index.quotientAndRemainder(dividingBy: 40)
      return UInt8(column * 3 + row * 4)
    }
    let ramp = GrayImage(width: 40, height: 30, pixels: levels)
    let fine = try ramp.jpeg(quality: 95)
    guard case .gray(let again) = try ImageFile.decode(fine) else {
      Issue.record("a grey JPEG came back in colour")
      return
    }
    expectClose(again.pixels.map(Double.init), ramp.pixels.map(Double.init), absolute: 4)
    #expect(try rgb.jpeg(quality: 20).count < rgb.jpeg(quality: 95).count)
    guard case .rgb(let colours) = try ImageFile.decode(ramp.rgb().jpeg(quality: 95)) else {
      Issue.record("a colour JPEG came back grey")
      return
    }
    expectClose(
      colours.grayscale().pixels.map(Double.init), ramp.pixels.map(Double.init), absolute: 4)
  }
}
