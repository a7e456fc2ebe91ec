import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Datasets

/// An image made by a map from another one.
func resampled(_ pixels: [UInt8], _ size: ImageSize, channels: Int = 1, _ map: AffineMap) -> [Float]
{
  var levels = [Float](repeating: .nan, count: pixels.count)
  levels.withUnsafeMutableBufferPointer { levels in
    pixels.withUnsafeBytes { pixels in
      guard let base = levels.baseAddress else { return }
      map.resample(pixels, into: LevelImage(size: size, channels: channels, levels: base))
    }
  }
  return levels
}

/// The same in Double, pixel by pixel as the definition says.
private func naive(_ pixels: [UInt8], _ size: ImageSize, channels: Int, _ map: AffineMap)
  -> [Double]
{
  func level(_ y: Int, _ x: Int, _ channel: Int) -> Double {
    let (line, column) = (
      ImageChange.reflected(y, size.height), ImageChange.reflected(x, size.width)
    )
    return Double(pixels[(line * size.width + column) * channels + channel])
  }
  var levels: [Double] = []
  for y in 0..<size.height {
    for x in 0..<size.width {
      let place = map(Double(x), Double(y))
      let (column, line) = (place.x.rounded(.down), place.y.rounded(.down))
      let (right, down) = (place.x - column, place.y - line)
      for c in 0..<channels {
        let (i, j) = (Int(line), Int(column))
        levels.append(
          (level(i, j, c) * (1 - right) + level(i, j + 1, c) * right) * (1 - down)
            + (level(i + 1, j, c) * (1 - right) + level(i + 1, j + 1, c) * right) * down)
      }
    }
  }
  return levels
}

@Suite("Augmentation: geometry") struct AugmentationGeometryTests {
  private static let size = ImageSize(height: 20, width: 24)
  private static let pixels: [UInt8] = {
    var random = RandomStream(seed: 3)
    return (0..<20 * 24).map { _ in UInt8(random.integer(below: 256)) }
  }()

  @Test("a turn by 90 degrees transposes and turns over") func quarter() {
    let square = ImageSize(height: 20, width: 20)
    let pixels = Array(Self.pixels.prefix(400))
    let turned = resampled(pixels, square, Augmentation.Rotation.turn(byDegrees: 90, square))
    // Anticlockwise: what was at the right edge is now at the top.
    let expected = (0..<400).map { Double(pixels[($0 % 20) * 20 + 19 - $0 / 20]) }
    expectClose(turned, expected, absolute: 1e-2)
    let back = resampled(
      pixels, square,
      Augmentation.Rotation.turn(byDegrees: 90, square).after(
        Augmentation.Rotation.turn(byDegrees: -90, square)))
    expectClose(back, pixels.map(Double.init), absolute: 1e-2)
  }

  @Test("any map gives what the definition gives, in one channel or more, far beyond the edges")
  func definition() {
    var random = RandomStream(seed: 5)
    for channels in [1, 3] {
      let pixels = (0..<channels).flatMap { _ in Self.pixels }
      for _ in 0..<30 {
        let map = AffineMap(
          xx: Double(random.uniform(-3, 3)), xy: Double(random.uniform(-3, 3)),
          x0: Double(random.uniform(-60, 60)), yx: Double(random.uniform(-3, 3)),
          yy: Double(random.uniform(-3, 3)), y0: Double(random.uniform(-60, 60)))
        expectClose(
          resampled(pixels, Self.size, channels: channels, map),
          naive(pixels, Self.size, channels: channels, map), absolute: 0.02, "\(map)")
      }
    }
  }

  @Test("composed maps equal OpenCV's warpAffine, whose places are rounded to 1/32 pixel")
  func warpAffine() throws {
    let golden = try AugmentationGolden.load()
    let size = ImageSize(height: golden.height, width: golden.width)
    #expect(golden.warped.count == 8)
    for warped in golden.warped {
      var map = AffineMap.identity
      if warped.mirrored { map = map.after(AffineMap(xx: -1, x0: Double(size.width - 1))) }
      map = map.after(Augmentation.Rotation.turn(byDegrees: warped.angle, size))
      map = map.after(
        .aboutCentre(of: size, xx: 1 / warped.scale, xy: 0, yx: 0, yy: 1 / warped.scale))
      map = map.after(AffineMap(x0: -warped.right, y0: -warped.down))
      expectClose(
        resampled(golden.pixels, size, map), warped.levels.map(Double.init),
        absolute: 2 * golden.slope / 64 + 0.01, "\(warped.angle), \(warped.scale)")
    }
  }

  @Test("mirror images and whole shifts are exact, by the tables as by the map") func wholePixels()
    throws
  {
    for (mirrored, right, down) in [(true, 0, 0), (false, 3, -2), (true, -30, 45)] {
      var map = mirrored ? AffineMap(xx: -1, x0: 23) : AffineMap.identity
      map = map.after(AffineMap(x0: -Double(right), y0: -Double(down)))
      let sources = try #require(map.wholePixels(Self.size))
      #expect(
        sources.columns == ImageChange.sources(count: 24, shift: right, isMirrored: mirrored))
      #expect(sources.lines == ImageChange.sources(count: 20, shift: down, isMirrored: false))
      let gathered = sources.lines.flatMap { line in
        sources.columns.map { Double(Self.pixels[line * 24 + $0]) }
      }
      expectClose(resampled(Self.pixels, Self.size, map), gathered, absolute: 0)
    }
    #expect(AffineMap(xx: 1.01).wholePixels(Self.size) == nil)
    #expect(AffineMap(x0: 0.5).wholePixels(Self.size) == nil)
  }

  @Test("a window lies within the image, is of every size from the smallest, anywhere")
  func crop() throws {
    var part = Augmentation.Crop()
    part.smallestSide = 0.5
    var random = RandomStream(seed: 1)
    let maps = (0..<4000).map { _ in part.draw(Self.size, &random) }
    for map in maps {
      #expect((0.5...1).contains(map.xx) && map.xx == map.yy && map.xy == 0 && map.yx == 0)
      // The outer edges of the first and the last pixel.
      let (first, last) = (map(-0.5, -0.5), map(23.5, 19.5))
      #expect(first.x >= -0.5001 && first.y >= -0.5001 && last.x <= 23.5001 && last.y <= 19.5001)
    }
    #expect(abs(maps.reduce(0) { $0 + $1.xx } / 4000 - 0.75) < 0.01)
    // Evenly placed: the centre is the image's on average, and so is each end.
    let places = maps.map { ($0(-0.5, 0).x + 0.5) / (24 * (1 - $0.xx)) }
    #expect(abs(places.reduce(0, +) / 4000 - 0.5) < 0.02)
    #expect(abs(Double(places.count { $0 < 0.1 }) / 4000 - 0.1) < 0.02)
  }

  @Test("turns are drawn evenly; factors so that f and 1 / f are equally likely") func draws() {
    var (rotation, scale) = (Augmentation.Rotation(), Augmentation.Scale())
    rotation.degrees = 30
    scale.factors = Interval(0.5, 2)
    var random = RandomStream(seed: 2)
    let angles = (0..<4000).map { _ in
      let map = rotation.draw(Self.size, &random)
      return atan2(map.yx, map.xx) * 180 / Double.pi
    }
    #expect(angles.allSatisfy { abs($0) <= 30.001 })
    #expect(abs(Double(angles.count { $0 < -15 }) / 4000 - 0.25) < 0.03)
    #expect(abs(Double(angles.count { $0 > 15 }) / 4000 - 0.25) < 0.03)
    let factors = (0..<4000).map { _ in 1 / scale.draw(Self.size, &random).xx }
    #expect(factors.allSatisfy { (0.4999...2.0001).contains($0) })
    #expect(abs(Double(factors.count { $0 < 1 }) / 4000 - 0.5) < 0.03)
    #expect(abs(Double(factors.count { $0 < 0.7071 }) / 4000 - 0.25) < 0.03)
  }
}
