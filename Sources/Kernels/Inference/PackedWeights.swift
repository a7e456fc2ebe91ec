/// Weights laid out once for many products with few rows each: the columns in panels of 32, and a
/// panel's numbers in the order in which `forEachProductRow` reads them.
///
/// [panels][matrices][k][32]; columns beyond the last are 0. Winograd multiplies by one matrix for
/// each component of a tile, everything else by one.
struct PackedWeights: Sendable {
  /// The columns of a panel: two registers.
  static let panelWidth = 2 * Lanes.scalarCount

  let matrices, k, n: Int
  private let memory: AlignedFloats

  /// Packs `matrices` matrices [k, n] that lie one behind the other.
  init(matrices: Int = 1, k: Int, n: Int, _ source: UnsafePointer<Float>) {
    (self.matrices, self.k, self.n) = (matrices, k, n)
    let (width, panels) = (Self.panelWidth, Self.panels(n))
    memory = AlignedFloats(panels * matrices * k * width) { packed in
      for panel in 0..<panels {
        let columns = min(width, n - panel * width)
        for row in 0..<matrices * k {
          let target = packed + (panel * matrices * k + row) * width
          target.update(from: source + row * n + panel * width, count: columns)
          (target + columns).update(repeating: 0, count: width - columns)
        }
      }
    }
  }

  /// The panels that n columns fill.
  static func panels(_ n: Int) -> Int { (n + panelWidth - 1) / panelWidth }

  var panels: Int { Self.panels(n) }
  /// The floats of memory.
  var count: Int { memory.count }

  /// One panel of one matrix: [k][32].
  @inline(__always)
  func panel(_ panel: Int, matrix: Int = 0) -> UnsafePointer<Float> {
    memory.base + (panel * matrices + matrix) * k * Self.panelWidth
  }
}

/// Floats on a 64-byte boundary that never change after they were made.
///
/// `@unchecked Sendable` is safe because nobody writes to them once the initialiser has returned.
final class AlignedFloats: @unchecked Sendable {
  let base: UnsafePointer<Float>
  let count: Int

  init(_ count: Int, _ initialize: (UnsafeMutablePointer<Float>) -> Void) {
    let memory = allocateFloats(max(1, count))
    initialize(memory)
    (base, self.count) = (UnsafePointer(memory), count)
  }

  deinit { base.deallocate() }
}

/// What is done to a layer's sums before they are written: a bias is added and, where a ReLU
/// follows, what is negative becomes 0. NaN stays NaN.
struct Finish: Sendable {
  private let bias: AlignedFloats
  /// What is smaller becomes this: 0 for a ReLU, else -∞.
  let floor: Float

  /// - Parameter bias: [n], or nil for none.
  init(n: Int, bias: UnsafePointer<Float>?, rectified: Bool) {
    let padded = PackedWeights.panels(n) * PackedWeights.panelWidth
    self.bias = AlignedFloats(padded) {
      $0.update(repeating: 0, count: padded)
      if let bias { $0.update(from: bias, count: n) }
    }
    floor = rectified ? 0 : -.infinity
  }

  /// The bias of sixteen columns from `column` on.
  @inline(__always)
  func bias(_ column: Int) -> Lanes { bias.base.lanes(column) }

  /// [n] and beyond, up to whole panels.
  var biases: UnsafePointer<Float> { bias.base }

  @inline(__always)
  func rectify(_ sums: Lanes) -> Lanes {
    sums.replacing(with: Lanes(repeating: floor), where: sums .< floor)
  }
}
