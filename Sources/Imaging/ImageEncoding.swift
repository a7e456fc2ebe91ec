internal import CImageCodecs

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
    return withMessage(MIEN_CODEC_MESSAGE_SIZE) { message in
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
