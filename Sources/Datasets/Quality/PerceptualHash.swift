internal import Foundation

/// A 64-bit picture of what an image looks like: similar images differ in few bits.
///
/// Bit 8v + u tells whether coefficient (u, v) of the image's cosine transform, of the 8 x 8 lowest
/// frequencies but the mean, lies above their median. Brightness and contrast cancel out. The idea
/// is that of Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions" (2010).
struct PerceptualHash: Sendable {
  private let width: Int
  private let height: Int
  /// At each column every cosine twice.
  private let horizontal: [Pairs]
  private let vertical: [SIMD8<Float>]

  /// Eight numbers of a line, each beside that of the line below.
  private typealias Pairs = SIMD16<Float>

  /// A hash for images of this size.
  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    horizontal = Self.cosines(width).map { cosines in
      var pairs = Pairs()
      for u in 0..<8 { (pairs[2 * u], pairs[2 * u + 1]) = (cosines[u], cosines[u]) }
      return pairs
    }
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
    let words = (Self.lines * width + 7) / 8
    return withUnsafeTemporaryAllocation(of: SIMD8<Float>.self, capacity: 8 + words) { room in
      guard let sums = room.baseAddress else { return 0 }
      sums.initialize(repeating: .zero, count: 8 + words)
      transform(
        pixels, to: sums,
        levels: UnsafeMutableRawPointer(sums + 8).assumingMemoryBound(to: UInt64.self))
      return Self.bits(UnsafeRawPointer(sums).assumingMemoryBound(to: Float.self))
    }
  }

  /// So many lines are transformed at once.
  private static let lines = 8

  /// Adds coefficient (u, v) to lane u of `sums[v]`; `levels` is room for four pairs of lines.
  private func transform(
    _ pixels: UnsafePointer<UInt8>, to sums: UnsafeMutablePointer<SIMD8<Float>>,
    levels: UnsafeMutablePointer<UInt64>
  ) {
    horizontal.withUnsafeBufferPointer { horizontal in
      for top in stride(from: 0, to: height, by: Self.lines) {
        // Where the image has no eight lines more, the others hold what they held before.
        let count = min(Self.lines, height - top)
        for line in stride(from: 0, to: count, by: 2) {
          let upper = pixels + (top + line) * width
          let lower = line + 1 < count ? upper + width : upper
          let pairs = levels + line / 2 * width
          for place in 0..<width {
            // In one number, for the compiler makes slow scattered stores of two.
            let (above, below) = (Float(upper[place]), Float(lower[place]))
            pairs[place] = UInt64(above.bitPattern) | UInt64(below.bitPattern) << 32
          }
        }
        // A sum waits for the one before it, so eight grow side by side; each one in order of x, as
        // it would alone, for a sum in another order is rounded to another hash.
        var (a, b, c, d) = (Pairs(), Pairs(), Pairs(), Pairs())
        for x in 0..<width {
          let cosines = horizontal[x]
          a += cosines * Self.pair(levels[x])
          b += cosines * Self.pair(levels[x + width])
          c += cosines * Self.pair(levels[x + 2 * width])
          d += cosines * Self.pair(levels[x + 3 * width])
        }
        func add(_ line: Int, _ sum: SIMD8<Float>) {
          guard line < count else { return }
          let cosines = vertical[top + line]
          for v in 0..<8 { sums[v] += sum * cosines[v] }
        }
        add(0, a.evenHalf)
        add(1, a.oddHalf)
        add(2, b.evenHalf)
        add(3, b.oddHalf)
        add(4, c.evenHalf)
        add(5, c.oddHalf)
        add(6, d.evenHalf)
        add(7, d.oddHalf)
      }
    }
  }

  /// The levels of two lines, eight times.
  @inline(__always)
  private static func pair(_ levels: UInt64) -> Pairs {
    unsafeBitCast(SIMD8<UInt64>(repeating: levels), to: Pairs.self)
  }

  /// The bits of the coefficients above the median of all but the first: of 63 those that have at
  /// least 32 smaller ones.
  private static func bits(_ coefficients: UnsafePointer<Float>) -> UInt64 {
    typealias Lanes = SIMD16<Float>
    var hash: UInt64 = 0
    for start in stride(from: 0, to: 64, by: Lanes.scalarCount) {
      let mine = UnsafeRawPointer(coefficients + start).loadUnaligned(as: Lanes.self)
      var smaller = SIMD16<Int32>()
      for other in 1..<64 {
        smaller.replace(with: smaller &+ 1, where: Lanes(repeating: coefficients[other]) .< mine)
      }
      for lane in 0..<Lanes.scalarCount where smaller[lane] >= 32 {
        hash |= 1 << UInt64(start + lane)
      }
    }
    return hash & ~1
  }
}
