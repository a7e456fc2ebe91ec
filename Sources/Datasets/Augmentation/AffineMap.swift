internal import Foundation

/// A map of the plane that keeps lines parallel, from places of a changed image to places of the
/// image before; x to the right, y down, pixel centres at whole numbers:
///
///     X = xx x + xy y + x0,    Y = yx x + yy y + y0
struct AffineMap: Equatable {
  var xx = 1.0
  var xy = 0.0
  var x0 = 0.0
  var yx = 0.0
  var yy = 1.0
  var y0 = 0.0

  /// Every place stays.
  static let identity = AffineMap()

  /// The linear map about an image's centre.
  static func aboutCentre(
    of size: ImageSize, xx: Double, xy: Double, yx: Double, yy: Double
  ) -> AffineMap {
    let (x, y) = (Double(size.width - 1) / 2, Double(size.height - 1) / 2)
    return AffineMap(
      xx: xx, xy: xy, x0: x - xx * x - xy * y, yx: yx, yy: yy, y0: y - yx * x - yy * y)
  }

  /// First `inner`, then this.
  func after(_ inner: AffineMap) -> AffineMap {
    AffineMap(
      xx: xx * inner.xx + xy * inner.yx, xy: xx * inner.xy + xy * inner.yy,
      x0: xx * inner.x0 + xy * inner.y0 + x0,
      yx: yx * inner.xx + yy * inner.yx, yy: yx * inner.xy + yy * inner.yy,
      y0: yx * inner.x0 + yy * inner.y0 + y0)
  }

  func callAsFunction(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    (xx * x + xy * y + x0, yx * x + yy * y + y0)
  }

  /// For mirror images and shifts by whole pixels: the old column of each new one and the old line
  /// of each new one, edges reflected. Nothing is then to be interpolated. Nil for other maps.
  func wholePixels(_ size: ImageSize) -> (columns: [Int], lines: [Int])? {
    guard abs(xx) == 1, abs(yy) == 1, xy == 0, yx == 0,
      let x0 = Int(exactly: x0), let y0 = Int(exactly: y0)
    else { return nil }
    return (
      (0..<size.width).map { ImageChange.reflected(Int(xx) * $0 + x0, size.width) },
      (0..<size.height).map { ImageChange.reflected(Int(yy) * $0 + y0, size.height) }
    )
  }
}

extension AffineMap {
  /// Draws the changed image into `image` by bilinear interpolation of `pixels`, an image of the same
  /// shape, whose edges are reflected without repeating the outermost pixels.
  func resample(_ pixels: UnsafeRawBufferPointer, into image: LevelImage) {
    let (height, width) = (image.size.height, image.size.width)
    precondition(pixels.count == image.count, "\(pixels.count) pixels for \(image.size)")
    let corners = [(0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)].map {
      self(Double($0.0), Double($0.1))
    }
    let columns = reflections(corners.map(\.x), width, step: image.channels)
    let lines = reflections(corners.map(\.y), height, step: width * image.channels)
    columns.offsets.withUnsafeBufferPointer { columnOffsets in
      lines.offsets.withUnsafeBufferPointer { lineOffsets in
        for channel in 0..<image.channels {
          for y in 0..<height {
            // From the tables' starts, so that places are positive and truncation is the floor.
            let startX = Float(xy * Double(y) + x0 - Double(columns.start))
            let startY = Float(yy * Double(y) + y0 - Double(lines.start))
            let (stepX, stepY) = (Float(xx), Float(yx))
            let out = image.levels + y * width * image.channels + channel
            for x in 0..<width {
              let (placeX, placeY) = (startX + stepX * Float(x), startY + stepY * Float(x))
              let (column, line) = (Int(placeX), Int(placeY))
              let (right, down) = (placeX - Float(column), placeY - Float(line))
              let (left, other) = (columnOffsets[column], columnOffsets[column + 1])
              let (upper, lower) = (lineOffsets[line] + channel, lineOffsets[line + 1] + channel)
              let a = Float(pixels[upper + left])
              let b = Float(pixels[upper + other])
              let c = Float(pixels[lower + left])
              let d = Float(pixels[lower + other])
              let (top, bottom) = (a + (b - a) * right, c + (d - c) * right)
              out[x * image.channels] = top + (bottom - top) * down
            }
          }
        }
      }
    }
  }

  /// Where the pixels of one axis lie in memory, for every whole place between the least and the
  /// greatest of `places` and a little beyond.
  private func reflections(
    _ places: [Double], _ count: Int, step: Int
  ) -> (start: Int, offsets: [Int]) {
    let start = Int((places.min() ?? 0).rounded(.down)) - 1
    let end = Int((places.max() ?? 0).rounded(.up)) + 2
    return (start, (start...end).map { ImageChange.reflected($0, count) * step })
  }
}
