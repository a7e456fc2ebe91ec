internal import CImageCodecs
internal import CVision
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

/// Reading image files, told apart by their first bytes, never by their names: PNG by libpng, JPEG
/// by libjpeg, WebP, TIFF, BMP, JPEG 2000 and PNM by OpenCV.
public enum ImageFile {
  /// The largest image that is decoded unless another limit is given: 128 Mi pixels.
  public static let defaultPixelLimit = 128 << 20

  /// The name extensions of pictures, in lower case: of the formats that are read, and of those that
  /// are refused by name, which is better than in silence.
  public static let extensions: Set<String> = [
    "png", "jpg", "jpeg", "jpe", "jfif", "webp", "tif", "tiff", "bmp", "jp2", "j2k", "pgm", "ppm",
    "pbm", "pnm", "gif", "heic", "heif", "avif",
  ]

  /// Decodes a file. Throws `FileError` where it cannot be read, else as `decode(_:name:)`.
  public static func decode(
    contentsOf file: URL, pixelLimit: Int = defaultPixelLimit
  ) throws -> DecodedImage {
    let bytes = try readFile(file, expected: "an image")
    return try decode([UInt8](bytes), name: file.path, pixelLimit: pixelLimit)
  }

  /// Decodes the bytes of a whole file to 8-bit grey or colour, upright as Exif says. Alpha is laid
  /// over white, 16 bits become 8, CMYK becomes RGB. Of an animated PNG the default image is taken,
  /// of a TIFF of several pages the first; a BMP's alpha is left aside.
  ///
  /// Throws `ImagingError`. A truncated or damaged file is an error, as far as its format can tell:
  /// WebP and TIFF have no checksum. One of more pixels than the limit is refused before memory is
  /// asked for.
  public static func decode(
    _ bytes: [UInt8], name: String = "image", pixelLimit: Int = defaultPixelLimit
  ) throws(ImagingError) -> DecodedImage {
    guard let format = ImageFormat(sniffing: bytes) else {
      throw .unknownFormat(file: name, found: ImageFormat.describe(bytes))
    }
    let raster: Raster
    switch format {
    case .png, .jpeg:
      raster = try decodeByCodec(bytes, format, name: name, pixelLimit: pixelLimit)
    case .webp, .tiff, .bmp, .jpeg2000, .pnm:
      raster = try decodeByOpenCV(bytes, format, name: name, pixelLimit: pixelLimit)
    }
    return raster.image(ExifOrientation(of: bytes, format))
  }

  private static func decodeByCodec(
    _ bytes: [UInt8], _ format: ImageFormat, name: String, pixelLimit: Int
  ) throws(ImagingError) -> Raster {
    var image = mien_codec_image()
    let (status, message) = withMessage(MIEN_CODEC_MESSAGE_SIZE) { message in
      let limit = UInt64(max(0, pixelLimit))
      return format == .png
        ? mien_png_decode(bytes, bytes.count, limit, &image, message)
        : mien_jpeg_decode(bytes, bytes.count, limit, &image, message)
    }
    defer { mien_codec_free(image.pixels) }
    guard status == MIEN_CODEC_OK, let start = image.pixels else {
      if status == MIEN_CODEC_TOO_LARGE {
        throw .tooManyPixels(file: name, found: message, limit: pixelLimit)
      }
      throw .cannotDecode(file: name, format: format.rawValue, problem: message)
    }
    return Raster(start, Int(image.width), Int(image.height), channels: Int(image.channels))
  }

  private static func decodeByOpenCV(
    _ bytes: [UInt8], _ format: ImageFormat, name: String, pixelLimit: Int
  ) throws(ImagingError) -> Raster {
    func damaged(_ problem: String) -> ImagingError {
      .cannotDecode(file: name, format: format.rawValue, problem: problem)
    }
    let declared: ImageHeader?
    do throws(ImageHeader.Unsupported) {
      declared = try ImageHeader(bytes, format)
    } catch {
      throw .unsupported(file: name, found: error.what)
    }
    guard let declared else { throw damaged("its header is cut or makes no sense") }
    let (pixels, overflows) = declared.width.multipliedReportingOverflow(by: declared.height)
    guard !overflows, pixels <= pixelLimit else {
      throw .tooManyPixels(
        file: name, found: "\(declared.width)x\(declared.height) pixels", limit: pixelLimit)
    }
    var image = mien_vision_image()
    let (status, message) = withMessage(MIEN_VISION_MESSAGE_SIZE) { message in
      mien_vision_decode(
        bytes, bytes.count, declared.isPremultiplied ? 1 : 0, &image, message)
    }
    defer { mien_vision_free(image.pixels) }
    if status == MIEN_VISION_NO_CODECS {
      throw .missingCodecs(file: name, format: format.rawValue, problem: message)
    }
    guard status == MIEN_VISION_OK, let start = image.pixels else { throw damaged(message) }
    let (width, height) = (Int(image.width), Int(image.height))
    guard width * height == pixels else {
      throw damaged("\(width)x\(height) pixels where \(pixels) were declared")
    }
    return Raster(start, width, height, channels: Int(image.channels))
  }
}

/// What a decoder left: interleaved levels in the file's own orientation.
private struct Raster {
  let width, height, channels: Int
  let pixels: [UInt8]

  init(_ start: UnsafePointer<UInt8>, _ width: Int, _ height: Int, channels: Int) {
    (self.width, self.height, self.channels) = (width, height, channels)
    pixels = Array(UnsafeBufferPointer(start: start, count: width * height * channels))
  }

  func image(_ orientation: ExifOrientation) -> DecodedImage {
    let upright = orientation.upright(pixels, width: width, height: height, channels: channels)
    let (columns, rows) = orientation.swapsAxes ? (height, width) : (width, height)
    return channels == 1
      ? .gray(GrayImage(width: columns, height: rows, pixels: upright))
      : .rgb(RGBImage(width: columns, height: rows, pixels: upright))
  }
}

/// Calls into C with room for a message; returns the status and the message.
func withMessage(
  _ size: Int, _ body: (UnsafeMutablePointer<CChar>) -> Int32
) -> (status: Int, message: String) {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { buffer in
    buffer.initialize(repeating: 0)
    guard let start = buffer.baseAddress else { return (-1, "") }
    let status = body(start)
    // OpenCV writes several lines.
    let message = String(cString: start).split(whereSeparator: \.isWhitespace)
    return (Int(status), message.joined(separator: " "))
  }
}
