/// An 8-bit grey image, row after row from the top, 0 black to 255 white.
public struct GrayImage: Sendable, Hashable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// `width * height` grey levels.
  public var pixels: [UInt8]

  /// An image of given pixels.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(
      width > 0 && height > 0 && pixels.count == width * height,
      "\(pixels.count) pixels for an image of \(width)x\(height)")
    (self.width, self.height, self.pixels) = (width, height, pixels)
  }

  /// The grey level in column `x` of row `y`.
  public subscript(x: Int, y: Int) -> UInt8 {
    get { pixels[y * width + x] }
    set { pixels[y * width + x] = newValue }
  }

  /// The same picture at another size; see `Resampling`.
  public func resized(width: Int, height: Int) -> GrayImage {
    if width == self.width && height == self.height { return self }
    let resized = Resampling.resize(
      pixels, width: self.width, height: self.height, channels: 1, toWidth: width, toHeight: height)
    return GrayImage(width: width, height: height, pixels: resized)
  }
}
