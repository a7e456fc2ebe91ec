internal import Foundation

/// A 64-bit picture of what an image looks like: similar images differ in few bits.
///
/// Bit 8v + u tells whether coefficient (u, v) of the image's cosine transform, of the 8 x 8 lowest
/// frequencies but the mean, lies above their median. Brightness and contrast cancel out. The idea
/// is that of Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions" (2010).
struct PerceptualHash: Sendable {
  private let width: Int
  private let height: Int
  private let horizontal: [SIMD8<Float>]
  private let vertical: [SIMD8<Float>]

  /// A hash for images of this size.
  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    horizontal = Self.cosines(width)
    vertical = Self.cosines(height)
  }

  /// At each of `count` places the eight lowest cosines cos(π u (2x + 1) / 2 count).
  private static func cosines(_ count: Int) -> [SIMD8<Float>] {
    (0..<count).map { x in
      var values = SIMD8<Float>()
      for u in 0..<8 {
        values[u] = Float(cos(Double.pi * Double(u * (2 * x + 1)) / Double(2 * count)))
      }
      return values
    }
  }

  /// The hash of `pixels` [height, width].
  func callAsFunction(_ pixels: UnsafePointer<UInt8>) -> UInt64 {
    var rows = (0..<8).map { _ in SIMD8<Float>() }
    for y in 0..<height {
      var line = SIMD8<Float>()
      for x in 0..<width { line += horizontal[x] * Float(pixels[y * width + x]) }
      for v in 0..<8 { rows[v] += line * vertical[y][v] }
    }
    let coefficients = rows.flatMap { row in (0..<8).map { row[$0] } }
    let median = coefficients.dropFirst().sorted()[31]
    var hash: UInt64 = 0
    for bit in 1..<64 where coefficients[bit] > median { hash |= 1 << UInt64(bit) }
    return hash
  }
}

/// A 64-bit hash of bytes, by multiplication and shifts over words of eight. Whoever relies on two
/// contents being equal compares them.
func contentHash(_ bytes: UnsafePointer<UInt8>, count: Int) -> UInt64 {
  var hash = UInt64(count) &* 0x9E37_79B9_7F4A_7C15
  func take(_ word: UInt64) {
    hash = (hash ^ word) &* 0xBF58_476D_1CE4_E5B9
    hash ^= hash >> 29
  }
  let raw = UnsafeRawPointer(bytes)
  for index in 0..<count / 8 { take(raw.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)) }
  var rest: UInt64 = 0
  for index in count / 8 * 8..<count { rest = rest << 8 | UInt64(bytes[index]) }
  take(rest)
  return hash ^ hash >> 32
}
