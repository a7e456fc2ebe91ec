/// An 8-bit colour image: red, green, blue of each pixel side by side, row after row from the top.
public struct RGBImage: Sendable, Hashable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// `width * height * 3` levels.
  public var pixels: [UInt8]

  /// An image of given pixels.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(
      width > 0 && height > 0 && pixels.count == 3 * width * height,
      "\(pixels.count) levels for a colour image of \(width)x\(height)")
    (self.width, self.height, self.pixels) = (width, height, pixels)
  }

  /// The luma of ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B, rounded.
  public func grayscale() -> GrayImage {
    // The weights in units of 2^-16; they add up to 2^16, so grey stays as it is.
    let luma = [UInt8](unsafeUninitializedCapacity: width * height) { out, count in
      pixels.withUnsafeBufferPointer { rgb in
        for i in 0..<width * height {
          let sum =
            19595 * UInt32(rgb[3 * i]) + 38470 * UInt32(rgb[3 * i + 1])
            + 7471 * UInt32(rgb[3 * i + 2])
          out[i] = UInt8(truncatingIfNeeded: (sum + 32768) >> 16)
        }
      }
      count = width * height
    }
    return GrayImage(width: width, height: height, pixels: luma)
  }

  /// The same picture at another size; see `Resampling`.
  public func resized(width: Int, height: Int) -> RGBImage {
    if width == self.width && height == self.height { return self }
    let resized = Resampling.resize(
      pixels, width: self.width, height: self.height, channels: 3, toWidth: width, toHeight: height)
    return RGBImage(width: width, height: height, pixels: resized)
  }
}

extension GrayImage {
  /// The same picture with three equal channels.
  public func rgb() -> RGBImage {
    var colours = [UInt8]()
    colours.reserveCapacity(3 * pixels.count)
    for level in pixels {
      for _ in 0..<3 { colours.append(level) }
    }
    return RGBImage(width: width, height: height, pixels: colours)
  }
}
