internal import CIntrinsics

// Products in bfloat16, the upper half of a Float. Two numbers that are summed lie side by side, as the
// instruction for it wants them: (x₀, x₁) by (w₀, w₁) adds x₀ w₀ + x₁ w₁ to a Float. As with floats
// every sum is made in the order of k, whatever the rows beside it.

/// The nearest number of bfloat16, of two the even one; NaN stays NaN.
func bfloat16(_ value: Float) -> UInt16 {
  guard !value.isNaN else { return 0x7FC0 }
  let bits = value.bitPattern
  return UInt16((bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
}

/// Writes groups of numbers in bfloat16.
///
/// - Parameters:
///   - groups: each begins sixteen floats behind the one before, and `stride` numbers in the target.
///   - count: the numbers of a group, at most sixteen.
func roundToBFloat16(
  groups: Int, count: Int, _ source: UnsafePointer<Float>,
  _ target: UnsafeMutablePointer<UInt16>, stride: Int
) {
  if processorHasBFloat16 {
    return mien_round_to_bfloat16(groups, count, source, target, stride)
  }
  for group in 0..<groups {
    for place in 0..<count {
      target[group * stride + place] = bfloat16(source[group * Lanes.scalarCount + place])
    }
  }
}

/// Writes `count` numbers in bfloat16.
func roundToBFloat16(
  _ count: Int, _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<UInt16>
) {
  let size = Lanes.scalarCount
  let whole = count / size
  roundToBFloat16(groups: whole, count: size, source, target, stride: size)
  roundToBFloat16(
    groups: 1, count: count - whole * size, source + whole * size, target + whole * size,
    stride: size)
}

/// Weights in bfloat16, laid out as `PackedWeights` are, two rows at a time: [panels][matrices][k/2][32][2].
struct PackedBFloat16Weights: Sendable {
  let matrices, k, n: Int
  private let memory: AlignedFloats

  /// Packs `matrices` matrices [k, n] that lie one behind the other; k is even.
  init(matrices: Int = 1, k: Int, n: Int, _ source: UnsafePointer<Float>) {
    precondition(k.isMultiple(of: 2), "\(k) rows")
    (self.matrices, self.k, self.n) = (matrices, k, n)
    let (width, panels) = (PackedWeights.panelWidth, PackedWeights.panels(n))
    memory = AlignedFloats(panels * matrices * k * width / 2) { floats in
      let packed = UnsafeMutableRawPointer(floats).assumingMemoryBound(to: UInt16.self)
      for panel in 0..<panels {
        for row in 0..<matrices * k {
          let target = packed + ((panel * matrices * k + row) / 2 * width) * 2 + row % 2
          for column in 0..<width {
            let place = panel * width + column
            target[2 * column] = place < n ? bfloat16(source[row * n + place]) : 0
          }
        }
      }
    }
  }

  var panels: Int { PackedWeights.panels(n) }
  /// The memory, in floats.
  var count: Int { memory.count }

  /// One panel of one matrix: [k/2][32][2].
  @inline(__always)
  func panel(_ panel: Int, matrix: Int = 0) -> UnsafePointer<UInt16> {
    UnsafeRawPointer(memory.base).assumingMemoryBound(to: UInt16.self)
      + (panel * matrices + matrix) * k * PackedWeights.panelWidth
  }
}

/// Weights in the numbers in which a step multiplies.
enum StepWeights: Sendable {
  case float32(PackedWeights)
  case bfloat16(PackedBFloat16Weights)

  /// Packs `matrices` matrices [k, n]. Of an odd number of rows two do not go together: those stay
  /// floats.
  init(
    matrices: Int = 1, k: Int, n: Int, _ source: UnsafePointer<Float>,
    _ precision: InferencePrecision
  ) {
    self =
      precision == .bfloat16 && k.isMultiple(of: 2)
      ? .bfloat16(PackedBFloat16Weights(matrices: matrices, k: k, n: n, source))
      : .float32(PackedWeights(matrices: matrices, k: k, n: n, source))
  }

  var panels: Int {
    switch self {
    case .float32(let weights): weights.panels
    case .bfloat16(let weights): weights.panels
    }
  }

  /// The memory, in floats.
  var count: Int {
    switch self {
    case .float32(let weights): weights.count
    case .bfloat16(let weights): weights.count
    }
  }
}

/// sums [rows][32] = x · w.
///
/// - Parameters:
///   - x: [rows, k], the rows `stride` apart; k is even.
///   - w: a panel [k/2][32][2].
func bfloat16Product(
  rows: Int, k: Int, _ x: UnsafePointer<UInt16>, stride: Int, _ w: UnsafePointer<UInt16>,
  _ sums: UnsafeMutablePointer<Float>
) {
  if processorHasBFloat16 {
    mien_bfloat16_product(rows, k / 2, x, stride, w, sums)
  } else {
    bfloat16ProductAnywhere(rows: rows, k: k, x, stride: stride, w, sums)
  }
}

/// Whether the processor rounds and multiplies such numbers itself.
public let processorHasBFloat16 = mien_has_bfloat16() != 0

/// The same on any processor, in floats.
func bfloat16ProductAnywhere(
  rows: Int, k: Int, _ x: UnsafePointer<UInt16>, stride: Int, _ w: UnsafePointer<UInt16>,
  _ sums: UnsafeMutablePointer<Float>
) {
  typealias Words = SIMD16<UInt32>
  let w = UnsafeRawPointer(w)
  for row in 0..<rows {
    var (first, second) = (Lanes.zero, Lanes.zero)
    for pair in 0..<k / 2 {
      let place = row * stride + 2 * pair
      let even = Float(bitPattern: UInt32(x[place]) << 16)
      let odd = Float(bitPattern: UInt32(x[place + 1]) << 16)
      // In a word of 32 bits the even row's number is below the odd one's.
      let (w0, w1) = (
        w.loadUnaligned(fromByteOffset: pair * 128, as: Words.self),
        w.loadUnaligned(fromByteOffset: pair * 128 + 64, as: Words.self)
      )
      first += unsafeBitCast(w0 &<< 16, to: Lanes.self) * even
      second += unsafeBitCast(w1 &<< 16, to: Lanes.self) * even
      first += unsafeBitCast(w0 & 0xFFFF_0000, to: Lanes.self) * odd
      second += unsafeBitCast(w1 & 0xFFFF_0000, to: Lanes.self) * odd
    }
    sums.setLanes(row * PackedWeights.panelWidth, first)
    sums.setLanes(row * PackedWeights.panelWidth + Lanes.scalarCount, second)
  }
}
