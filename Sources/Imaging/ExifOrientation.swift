/// How a camera was held: which turn or reflection makes its picture upright (Exif 2.32, tag 0x0112).
struct ExifOrientation: Equatable {
  /// 1 to 8; 1 is upright.
  let value: Int

  /// The orientation that a file declares; upright where it says nothing or nonsense.
  init(of bytes: [UInt8], _ format: ImageFormat) {
    let file = ByteView(bytes)
    let block: ByteView?
    switch format {
    case .png: block = Self.pngBlock(file)
    case .jpeg: block = Self.jpegBlock(file)
    case .webp: block = Self.webpBlock(file)
    case .tiff, .bmp, .jpeg2000, .pnm: block = nil  // OpenCV turns TIFF itself; others have none
    }
    let value = block.flatMap { TIFFDirectory($0) }?[.orientation].first ?? 1
    self.value = (1...8).contains(value) ? value : 1
  }

  /// Whether columns become rows.
  var swapsAxes: Bool { value >= 5 }

  /// Turns interleaved pixels upright.
  func upright(_ pixels: [UInt8], width: Int, height: Int, channels: Int) -> [UInt8] {
    if value == 1 { return pixels }
    // The new pixel (x, y) is the old one number start + x · right + y · down.
    let last = width * height - 1
    let (start, right, down) =
      switch value {
      case 2: (width - 1, -1, width)
      case 3: (last, -1, -width)
      case 4: (last - width + 1, 1, -width)
      case 5: (0, width, 1)
      case 6: (last - width + 1, -width, 1)
      case 7: (last, -width, -1)
      default: (width - 1, width, -1)
      }
    let (columns, rows) = swapsAxes ? (height, width) : (width, height)
    return [UInt8](unsafeUninitializedCapacity: pixels.count) { out, count in
      pixels.withUnsafeBufferPointer { pixels in
        for y in 0..<rows {
          for x in 0..<columns {
            let (new, old) = (y * columns + x, start + x * right + y * down)
            for channel in 0..<channels {
              out[new * channels + channel] = pixels[old * channels + channel]
            }
          }
        }
      }
      count = pixels.count
    }
  }

  /// The Exif block of a JPEG: segment APP1 before the picture.
  private static func jpegBlock(_ file: ByteView) -> ByteView? {
    var place = 2
    while let marker = file.big(place, 2) {
      // Fill bytes and stray ones between segments are passed over, as libjpeg does.
      if marker >> 8 != 0xFF || marker & 0xFF == 0xFF || marker & 0xFF == 0 {
        place += 1
        continue
      }
      if marker == 0xFFDA || marker == 0xFFD9 { return nil }
      guard let length = file.big(place + 2, 2), length >= 2 else { return nil }
      if marker == 0xFFE1, file.hasText("Exif\0\0", at: place + 4) {
        return file.piece(from: place + 10, count: length - 8)
      }
      place += 2 + length
    }
    return nil
  }

  /// The `eXIf` chunk of a PNG.
  private static func pngBlock(_ file: ByteView) -> ByteView? {
    var place = 8
    while let length = file.big(place, 4), !file.hasText("IEND", at: place + 4) {
      if file.hasText("eXIf", at: place + 4) { return file.piece(from: place + 8, count: length) }
      place += 12 + length
    }
    return nil
  }

  /// The `EXIF` chunk of a WebP; some programs put JPEG's six letters before it.
  private static func webpBlock(_ file: ByteView) -> ByteView? {
    var place = 12
    while let length = file.little(place + 4, 4) {
      if file.hasText("EXIF", at: place) {
        let prefix = file.hasText("Exif\0\0", at: place + 8) ? 6 : 0
        return file.piece(from: place + 8 + prefix, count: length - prefix)
      }
      place += 8 + length + length % 2
    }
    return nil
  }
}
