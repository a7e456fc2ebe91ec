internal import CImageCodecs
public import Foundation
internal import TensorCore

/// What a file held: grey stays grey, everything else is colour.
public enum DecodedImage: Sendable, Hashable {
  /// A grey image.
  case gray(GrayImage)
  /// A colour image.
  case rgb(RGBImage)

  /// The picture in grey (BT.601 luma).
  public func grayscale() -> GrayImage {
    switch self {
    case .gray(let image): image
    case .rgb(let image): image.grayscale()
    }
  }

  /// The picture in colour.
  public func rgb() -> RGBImage {
    switch self {
    case .gray(let image): image.rgb()
    case .rgb(let image): image
    }
  }
}

/// Reading PNG and JPEG files, told apart by their first bytes, never by their names.
public enum ImageFile {
  /// The largest image that is decoded unless another limit is given.
  public static let defaultPixelLimit = 64 << 20

  /// Decodes a file. Throws `FileError` where it cannot be read, else as `decode(_:name:)`.
  public static func decode(
    contentsOf file: URL, pixelLimit: Int = defaultPixelLimit
  ) throws -> DecodedImage {
    let bytes = try readFile(file, expected: "a PNG or JPEG image")
    return try decode([UInt8](bytes), name: file.path, pixelLimit: pixelLimit)
  }

  /// Decodes the bytes of a whole file: PNG of any kind (alpha is laid over white, 16 bits become
  /// 8) and JPEG in grey, YCbCr, RGB, CMYK or YCCK.
  ///
  /// Throws `ImagingError`; a truncated or damaged file is an error, never a half-grey picture.
  public static func decode(
    _ bytes: [UInt8], name: String = "image", pixelLimit: Int = defaultPixelLimit
  ) throws(ImagingError) -> DecodedImage {
    guard let format = ImageFormat(sniffing: bytes) else {
      throw .unknownFormat(file: name, found: ImageFormat.describe(bytes))
    }
    var image = mien_codec_image()
    let (status, message) = withMessage { message in
      switch format {
      case .png: mien_png_decode(bytes, bytes.count, UInt64(max(0, pixelLimit)), &image, message)
      case .jpeg: mien_jpeg_decode(bytes, bytes.count, UInt64(max(0, pixelLimit)), &image, message)
      }
    }
    defer { mien_codec_free(image.pixels) }
    guard status == MIEN_CODEC_OK, let start = image.pixels else {
      if status == MIEN_CODEC_TOO_LARGE {
        throw .tooManyPixels(file: name, found: message, limit: pixelLimit)
      }
      throw .cannotDecode(file: name, format: format.rawValue, problem: message)
    }
    let (width, height) = (Int(image.width), Int(image.height))
    let pixels = Array(
      UnsafeBufferPointer(start: start, count: width * height * Int(image.channels)))
    return image.channels == 1
      ? .gray(GrayImage(width: width, height: height, pixels: pixels))
      : .rgb(RGBImage(width: width, height: height, pixels: pixels))
  }
}

extension GrayImage {
  /// The image as a PNG file.
  public func png() throws(ImagingError) -> [UInt8] {
    try encode(pixels, width: width, height: height, channels: 1, jpegQuality: nil)
  }

  /// The image as a JPEG file, quality 1 to 100.
  public func jpeg(quality: Int) throws(ImagingError) -> [UInt8] {
    try encode(pixels, width: width, height: height, channels: 1, jpegQuality: quality)
  }
}

extension RGBImage {
  /// The image as a PNG file.
  public func png() throws(ImagingError) -> [UInt8] {
    try encode(pixels, width: width, height: height, channels: 3, jpegQuality: nil)
  }

  /// The image as a JPEG file, quality 1 to 100.
  public func jpeg(quality: Int) throws(ImagingError) -> [UInt8] {
    try encode(pixels, width: width, height: height, channels: 3, jpegQuality: quality)
  }
}

/// The formats that are read and written.
enum ImageFormat: String {
  case png = "PNG"
  case jpeg = "JPEG"

  /// The format that begins with these bytes.
  init?(sniffing bytes: [UInt8]) {
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else {
      return nil
    }
  }

  /// The first bytes for a person: the name of a format that is known but not read, else hex.
  static func describe(_ bytes: [UInt8]) -> String {
    let known: [(String, [UInt8])] = [
      ("a GIF image", Array("GIF8".utf8)), ("a BMP image", Array("BM".utf8)),
      ("a TIFF image", [0x49, 0x49, 0x2A, 0]), ("a TIFF image", [0x4D, 0x4D, 0, 0x2A]),
      ("a PDF file", Array("%PDF".utf8)), ("a RIFF file such as WebP", Array("RIFF".utf8)),
    ]
    if bytes.isEmpty { return "nothing (the file is empty)" }
    if let (name, _) = known.first(where: { bytes.starts(with: $0.1) }) { return name }
    return "the bytes "
      + bytes.prefix(4).map { String(format: "%02X", $0) }.joined(separator: " ")
  }
}

private func encode(
  _ pixels: [UInt8], width: Int, height: Int, channels: Int, jpegQuality: Int?
) throws(ImagingError) -> [UInt8] {
  guard let (w, h) = Int32(exactly: width).flatMap({ w in Int32(exactly: height).map { (w, $0) } })
  else { throw .cannotEncode(format: "image", problem: "\(width)x\(height) pixels") }
  var pixels = pixels  // C takes a mutable pointer but only reads
  var out = mien_codec_bytes()
  let (status, message) = pixels.withUnsafeMutableBufferPointer { buffer in
    var image = mien_codec_image(
      width: w, height: h, channels: Int32(channels), pixels: buffer.baseAddress)
    return withMessage { message in
      if let jpegQuality {
        mien_jpeg_encode(&image, Int32(min(100, max(1, jpegQuality))), &out, message)
      } else {
        mien_png_encode(&image, &out, message)
      }
    }
  }
  defer { mien_codec_free(out.bytes) }
  guard status == MIEN_CODEC_OK else {
    throw .cannotEncode(format: jpegQuality == nil ? "PNG" : "JPEG", problem: message)
  }
  return Array(UnsafeBufferPointer(start: out.bytes, count: out.count))
}

/// Calls into C with room for a message; returns the status and the message.
private func withMessage(_ body: (UnsafeMutablePointer<CChar>) -> Int32) -> (Int, String) {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: MIEN_CODEC_MESSAGE_SIZE) {
    buffer in
    buffer.initialize(repeating: 0)
    guard let start = buffer.baseAddress else { return (MIEN_CODEC_NO_MEMORY, "") }
    let status = body(start)
    return (Int(status), String(cString: start))
  }
}
