internal import Foundation

/// The formats that are read, told apart by their first bytes.
enum ImageFormat: String, CaseIterable {
  case png = "PNG"
  case jpeg = "JPEG"
  case webp = "WebP"
  case tiff = "TIFF"
  case bmp = "BMP"
  case jpeg2000 = "JPEG 2000"
  case pnm = "PNM"

  /// The format that begins with these bytes.
  init?(sniffing bytes: [UInt8]) {
    func starts(_ start: [UInt8], at offset: Int = 0) -> Bool {
      bytes.dropFirst(offset).starts(with: start)
    }
    if starts([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if starts([0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if starts(Array("RIFF".utf8)) && starts(Array("WEBP".utf8), at: 8) {
      self = .webp
    } else if starts([0x49, 0x49, 0x2A, 0]) || starts([0x4D, 0x4D, 0, 0x2A]) {
      self = .tiff
    } else if starts(Array("BM".utf8)) {
      self = .bmp
    } else if starts([0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A])
      || starts([0xFF, 0x4F, 0xFF, 0x51])
    {
      self = .jpeg2000
    } else if bytes.count > 2 && starts(Array("P".utf8)) && (0x31...0x36).contains(bytes[1])
      && [0x09, 0x0A, 0x0D, 0x20, 0x23].contains(bytes[2])
    {
      self = .pnm
    } else {
      return nil
    }
  }

  /// All of them, for messages.
  static var list: String {
    let names = allCases.map(\.rawValue)
    return names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
  }

  /// The first bytes for a person: the name of a format that is known but not read, else hex.
  static func describe(_ bytes: [UInt8]) -> String {
    let known: [(name: String, start: String, offset: Int)] = [
      ("a GIF image", "GIF8", 0), ("a PDF file", "%PDF", 0), ("a RIFF file", "RIFF", 0),
      ("an AVIF image", "ftypavif", 4), ("an AVIF image", "ftypavis", 4),
      ("a HEIC image", "ftyphei", 4), ("a HEIC image", "ftyphev", 4),
      ("a HEIC or AVIF image", "ftypmif1", 4), ("a HEIC or AVIF image", "ftypmsf1", 4),
      ("an MPEG-4 film", "ftyp", 4), ("an SVG drawing", "<svg", 0), ("a BigTIFF image", "II+\0", 0),
      ("a BigTIFF image", "MM\0+", 0), ("a Photoshop image", "8BPS", 0),
    ]
    if bytes.isEmpty { return "nothing (the file is empty)" }
    let found = known.first { bytes.dropFirst($0.offset).starts(with: Array($0.start.utf8)) }
    return found?.name
      ?? "the bytes " + bytes.prefix(4).map { String(format: "%02X", $0) }.joined(separator: " ")
  }
}
