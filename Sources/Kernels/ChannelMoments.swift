/// Mean and variance of every channel, gathered while whoever writes the pixels still has them in
/// its cache.
///
/// The pixels come in chunks that the shape decides. A chunk keeps its first pixel, the sum of the
/// differences from it and the sum of their squares: no digits are lost to a mean far from 0. In
/// Float no sum is longer than a chunk; the chunks are joined in Double and in their order, so that
/// the result does not depend on who gathered which.
public struct ChannelMoments {
  /// C.
  public let channels: Int
  /// The chunks there may be; those without a pixel do not count.
  public let chunks: Int
  private let base: UnsafeMutablePointer<Float>

  /// The floats that the sums of so many chunks take.
  public static func count(channels: Int, chunks: Int) -> Int { chunks * stride(channels) }

  /// Sums in the memory of `count` floats.
  public init(channels: Int, chunks: Int, _ base: UnsafeMutablePointer<Float>) {
    (self.channels, self.chunks, self.base) = (channels, chunks, base)
  }

  /// The number of pixels, then first pixel, sum and squares, each on a boundary of its own.
  private static func stride(_ channels: Int) -> Int {
    Lanes.scalarCount + 3 * padded(channels)
  }
  private static func padded(_ channels: Int) -> Int {
    (channels + Lanes.scalarCount - 1) / Lanes.scalarCount * Lanes.scalarCount
  }

  /// Forgets all pixels.
  func clear() {
    for chunk in 0..<chunks { base[chunk * Self.stride(channels)] = 0 }
  }

  /// Adds a rectangle of an image to a chunk: `rows` of `columns` pixels, `rowStride` floats apart.
  @inline(__always)
  func add(
    to chunk: Int, _ y: UnsafePointer<Float>, rows: Int, columns: Int, rowStride: Int
  ) {
    let entry = base + chunk * Self.stride(channels)
    let size = Self.padded(channels)
    let isFirst = entry[0] == 0
    entry[0] += Float(rows * columns)
    let (first, sums) = (entry + Lanes.scalarCount, entry + Lanes.scalarCount + size)
    let squares = sums + size
    @inline(__always) func add(_ c: Int, _ count: Int) {
      if isFirst {
        first.setLanes(c, y.lanes(c, count: count))
        sums.setLanes(c, .zero)
        squares.setLanes(c, .zero)
      }
      let shift = first.lanes(c)
      var (sum, square) = (Lanes.zero, Lanes.zero)
      for row in 0..<rows {
        let line = y + row * rowStride + c
        for column in 0..<columns {
          let difference = line.lanes(column * channels, count: count) - shift
          sum += difference
          square += difference * difference
        }
      }
      sums.setLanes(c, sums.lanes(c) + sum)
      squares.setLanes(c, squares.lanes(c) + square)
    }
    forEachLanes(channels, add)
  }

  /// The pixels that were added to a chunk.
  func pixels(in chunk: Int) -> Int { Int(base[chunk * Self.stride(channels)]) }

  /// mean[c] and the biased variance[c] of all pixels added; both [C], overwritten.
  func finish(mean: UnsafeMutablePointer<Float>, variance: UnsafeMutablePointer<Float>) {
    typealias Wide = SIMD16<Double>
    let (size, stride) = (Self.padded(channels), Self.stride(channels))
    let pixels = Double((0..<chunks).reduce(0) { $0 + self.pixels(in: $1) })
    forEachLanes(channels) { c, count in
      // Σ n (first + sum / n), then Σ squares − sum² / n + n (first + sum / n − mean)².
      var total = Wide.zero
      for chunk in 0..<chunks where base[chunk * stride] > 0 {
        let entry = base + chunk * stride
        let first = Wide(entry.lanes(Lanes.scalarCount + c))
        let sum = Wide(entry.lanes(Lanes.scalarCount + size + c))
        total += first * Double(entry[0]) + sum
      }
      let center = total / pixels
      var spread = Wide.zero
      for chunk in 0..<chunks where base[chunk * stride] > 0 {
        let entry = base + chunk * stride
        let n = Double(entry[0])
        let first = Wide(entry.lanes(Lanes.scalarCount + c))
        let sum = Wide(entry.lanes(Lanes.scalarCount + size + c))
        let squares = Wide(entry.lanes(Lanes.scalarCount + 2 * size + c))
        let distance = first + sum / n - center
        spread += squares - sum * sum / n + distance * distance * n
      }
      // A constant channel's rounding must not make its variance negative.
      mean.setLanes(c, Lanes(center), count: count)
      let least = Lanes(spread / pixels)
      variance.setLanes(c, least.replacing(with: 0, where: least .< 0), count: count)
    }
  }
}

/// The pixels of a chunk where rows are gathered by themselves.
private let momentRows = 256

/// The chunks that `gatherMoments` fills.
func momentChunks(rows: Int) -> Int { (rows + momentRows - 1) / momentRows }

/// Adds every row of x: [rows, channels].
func gatherMoments(rows: Int, _ x: UnsafePointer<Float>, _ moments: ChannelMoments) {
  let channels = moments.channels
  moments.clear()
  parallelFor(rows, grain: momentRows) { range in
    // In runs of sixteen: short sums lose less.
    for start in stride(from: range.lowerBound, to: range.upperBound, by: 16) {
      moments.add(
        to: range.lowerBound / momentRows, x + start * channels, rows: 1,
        columns: min(16, range.upperBound - start), rowStride: 0)
    }
  }
}
