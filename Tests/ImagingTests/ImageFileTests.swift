import Foundation
import Imaging
import TensorCore
import TestSupport
import Testing

@Suite struct ImageFileTests {
  @Test(
    "every form of every format decodes, upright, to the pixels that it was made from",
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
      (Array("%PDF-1.7".utf8), "a PDF file"), ([], "empty"),
      (Array("emotion".utf8), "65 6D 6F 74"), (Array("\0\0\0\u{18}ftypheic".utf8), "a HEIC image"),
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

  @Test("forms that would come out wrong are refused by name", arguments: Golden.images.refused)
  func refused(_ golden: Golden.Refused) {
    let error = #expect(throws: ImagingError.self) {
      try ImageFile.decode([UInt8](golden.file), name: "faces/8.jpg")
    }
    #expect(error?.description.hasPrefix("faces/8.jpg: ") == true)
    #expect(error?.description.contains(golden.word) == true, "\(String(describing: error))")
  }

  @Test("headers that declare gigapixels are refused, whatever the format")
  func gigapixels() throws {
    // Where a small file of each format holds its width; all are little-endian but JPEG 2000.
    for (name, place, width) in [
      ("BMP rgb", 18, [0xFF, 0xFF, 0xFF, 0x7F] as [UInt8]), ("webp lossless", 21, [0xFF, 0x3F]),
      ("j2k codestream", 8, [0x7F, 0xFF, 0xFF, 0xFF]),
    ] {
      let golden = try #require(Golden.images.cases.first { $0.name == name })
      var bytes = [UInt8](golden.file)
      bytes.replaceSubrange(place..<place + width.count, with: width)
      let error = #expect(throws: ImagingError.self) {
        try ImageFile.decode(bytes, pixelLimit: 100_000)
      }
      #expect(error?.description.contains("expected at most 100000 in all") == true, "\(name)")
    }
    let error = #expect(throws: ImagingError.self) {
      try ImageFile.decode(Array("P5 99999999 99999999 255\n".utf8))
    }
    #expect(error?.description.contains("99999999x99999999 pixels") == true)
  }

  @Test("100 megapixels decode, and so does their turned picture")
  func hundredMegapixels() throws {
    let (width, height) = (12_000, 8_400)
    var image = GrayImage(
      width: width, height: height, pixels: [UInt8](repeating: 90, count: width * height))
    image[width - 1, 0] = 200
    let bytes = try image.png()
    #expect(try ImageFile.decode(bytes) == .gray(image))
    // The same with a chunk that says "turn by 90° to the right" between header and data.
    let exif: [UInt8] = [
      0, 0, 0, 26, 0x65, 0x58, 0x49, 0x66,  // 26 bytes of eXIf
      0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0,
      0xD6, 0x67, 0x4B, 0x69,
    ]
    let turned = try ImageFile.decode(Array(bytes[..<33]) + exif + Array(bytes[33...]))
    guard case .gray(let upright) = turned else {
      Issue.record("a grey image came back in colour")
      return
    }
    #expect(upright.width == height && upright.height == width)
    #expect(upright[height - 1, width - 1] == 200)
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
