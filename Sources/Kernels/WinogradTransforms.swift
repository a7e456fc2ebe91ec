// The one-dimensional transforms of Winograd's minimal filtering F(m, 3): m outputs of a filter of
// three taps by m + 2 products instead of 3 m. With g the taps and d the m + 2 inputs,
//
//     y = Aᵀ [(G g) ⊙ (Bᵀ d)]
//
// A two-dimensional transform is the same one along the columns and then along the rows.
// Lavin and Gray, CVPR 2016, DOI 10.1109/CVPR.2016.435. Where the matrices come from, and why the
// backward pass needs their transposes: docs/derivations/winograd.md.

/// A matrix as a function that reads elements and writes elements, sixteen channels at once.
protocol LineTransform {
  typealias Read = (Int) -> Lanes
  typealias Write = (Int, Lanes) -> Void

  /// The elements read.
  static var inputs: Int { get }
  /// The elements written.
  static var outputs: Int { get }
  /// Every implementation is inlined: as a call it would cost more than its arithmetic.
  static func apply(_ read: Read, _ write: Write)
}

/// The matrices of F(m, 3).
protocol WinogradTransform {
  /// Bᵀ: m + 2 inputs to as many components.
  associatedtype Input: LineTransform
  /// B.
  associatedtype InputAdjoint: LineTransform
  /// Aᵀ: the components to m outputs.
  associatedtype Output: LineTransform
  /// A.
  associatedtype OutputAdjoint: LineTransform
  /// G: three taps to the components.
  associatedtype Kernel: LineTransform
  /// Gᵀ.
  associatedtype KernelAdjoint: LineTransform
}

extension WinogradTransform {
  /// m, the outputs of a tile along one axis.
  static var outputs: Int { Output.outputs }
  /// m + 2, the inputs of a tile along one axis.
  static var inputs: Int { Input.inputs }
  /// The components of a two-dimensional tile, (m + 2)².
  static var components: Int { inputs * inputs }
  /// The floats that `transformTwice` needs to keep its intermediate values.
  static var temporaryCount: Int { components * Lanes.scalarCount }
}

/// Applies a transform along the columns of a square tile and then along the rows.
@inline(__always)
func transformTwice<Line: LineTransform>(
  _: Line.Type, _ temporary: UnsafeMutablePointer<Float>,
  read: (_ row: Int, _ column: Int) -> Lanes,
  write: (_ row: Int, _ column: Int, _ value: Lanes) -> Void
) {
  let size = Lanes.scalarCount
  for column in 0..<Line.inputs {
    Line.apply(
      { read($0, column) },
      { row, value in temporary.setLanes((row * Line.inputs + column) * size, value) })
  }
  for row in 0..<Line.outputs {
    Line.apply(
      { temporary.lanes((row * Line.inputs + $0) * size) }, { write(row, $0, $1) })
  }
}

/// F(4, 3) with the points 0, ±a, ±b, ∞, where a = 1/√2 and b = √2. Their error is a quarter of that
/// of Lavin and Gray's 0, ±1, ±2, ∞, and the cost is the same.
enum WinogradFour: WinogradTransform {
  private static var a: Float { 0.707_106_78 }
  private static var b: Float { 1.414_213_56 }

  enum Input: LineTransform {
    static var inputs: Int { 6 }
    static var outputs: Int { 6 }

    @inline(__always) static func apply(_ d: Read, _ v: Write) {
      let (d0, d1, d2, d3, d4, d5) = (d(0), d(1), d(2), d(3), d(4), d(5))
      let (evenA, oddA) = (d4 - 2 * d2, a * (d3 - 2 * d1))
      let (evenB, oddB) = (d4 - 0.5 * d2, b * (d3 - 0.5 * d1))
      v(0, d0 + d4 - 2.5 * d2)
      v(1, evenA + oddA)
      v(2, evenA - oddA)
      v(3, evenB + oddB)
      v(4, evenB - oddB)
      v(5, d1 + d5 - 2.5 * d3)
    }
  }

  enum InputAdjoint: LineTransform {
    static var inputs: Int { 6 }
    static var outputs: Int { 6 }

    @inline(__always) static func apply(_ v: Read, _ d: Write) {
      let (v0, v1, v2, v3, v4, v5) = (v(0), v(1), v(2), v(3), v(4), v(5))
      let (sumA, differenceA) = (v1 + v2, a * (v1 - v2))
      let (sumB, differenceB) = (v3 + v4, b * (v3 - v4))
      d(0, v0)
      d(1, v5 - 2 * differenceA - 0.5 * differenceB)
      d(2, -2.5 * v0 - 2 * sumA - 0.5 * sumB)
      d(3, differenceA + differenceB - 2.5 * v5)
      d(4, v0 + sumA + sumB)
      d(5, v5)
    }
  }

  enum Output: LineTransform {
    static var inputs: Int { 6 }
    static var outputs: Int { 4 }

    @inline(__always) static func apply(_ v: Read, _ y: Write) {
      let (v1, v2, v3, v4) = (v(1), v(2), v(3), v(4))
      let (sumA, differenceA) = (v1 + v2, a * (v1 - v2))
      let (sumB, differenceB) = (v3 + v4, b * (v3 - v4))
      y(0, v(0) + sumA + sumB)
      y(1, differenceA + differenceB)
      y(2, 0.5 * sumA + 2 * sumB)
      y(3, 0.5 * differenceA + 2 * differenceB + v(5))
    }
  }

  enum OutputAdjoint: LineTransform {
    static var inputs: Int { 4 }
    static var outputs: Int { 6 }

    @inline(__always) static func apply(_ y: Read, _ v: Write) {
      let (y0, y1, y2, y3) = (y(0), y(1), y(2), y(3))
      let (evenA, oddA) = (y0 + 0.5 * y2, a * (y1 + 0.5 * y3))
      let (evenB, oddB) = (y0 + 2 * y2, b * (y1 + 2 * y3))
      v(0, y0)
      v(1, evenA + oddA)
      v(2, evenA - oddA)
      v(3, evenB + oddB)
      v(4, evenB - oddB)
      v(5, y3)
    }
  }

  enum Kernel: LineTransform {
    static var inputs: Int { 3 }
    static var outputs: Int { 6 }

    @inline(__always) static func apply(_ g: Read, _ v: Write) {
      let (g0, g1, g2) = (g(0), g(1), g(2))
      let (evenA, oddA) = ((g0 + 0.5 * g2) * (-1 / 1.5), (a * g1) * (-1 / 1.5))
      let (evenB, oddB) = ((g0 + 2 * g2) * (1 / 6), (b * g1) * (1 / 6))
      v(0, g0)
      v(1, evenA + oddA)
      v(2, evenA - oddA)
      v(3, evenB + oddB)
      v(4, evenB - oddB)
      v(5, g2)
    }
  }

  enum KernelAdjoint: LineTransform {
    static var inputs: Int { 6 }
    static var outputs: Int { 3 }

    @inline(__always) static func apply(_ v: Read, _ g: Write) {
      let (v1, v2, v3, v4) = (v(1), v(2), v(3), v(4))
      let (sumA, differenceA) = ((v1 + v2) * (-1 / 1.5), (v1 - v2) * (-1 / 1.5))
      let (sumB, differenceB) = ((v3 + v4) * (1 / 6), (v3 - v4) * (1 / 6))
      g(0, v(0) + sumA + sumB)
      g(1, a * differenceA + b * differenceB)
      g(2, 0.5 * sumA + 2 * sumB + v(5))
    }
  }
}

/// F(3, 3) with the points ±a, ±b, ∞, where a = 1/2 and b = 5/4, chosen for their small error: a
/// quarter of that of 0, ±1, 2, ∞. For images whose sides are multiples of three and not of four,
/// such as 6x6, it takes fewer products than F(4, 3).
enum WinogradThree: WinogradTransform {
  private static var a: Float { 0.5 }
  private static var b: Float { 1.25 }
  private static var aa: Float { a * a }
  private static var bb: Float { b * b }
  /// 1 / (2 a (a² - b²)) and 1 / (2 b (b² - a²)).
  private static var scaleA: Float { 1 / (2 * a * (aa - bb)) }
  private static var scaleB: Float { 1 / (2 * b * (bb - aa)) }

  enum Input: LineTransform {
    static var inputs: Int { 5 }
    static var outputs: Int { 5 }

    @inline(__always) static func apply(_ d: Read, _ v: Write) {
      let (d0, d1, d2, d3, d4) = (d(0), d(1), d(2), d(3), d(4))
      let (evenA, oddA) = (a * (d2 - bb * d0), d3 - bb * d1)
      let (evenB, oddB) = (b * (d2 - aa * d0), d3 - aa * d1)
      v(0, evenA + oddA)
      v(1, evenA - oddA)
      v(2, evenB + oddB)
      v(3, evenB - oddB)
      v(4, d4 + (aa * bb) * d0 - (aa + bb) * d2)
    }
  }

  enum InputAdjoint: LineTransform {
    static var inputs: Int { 5 }
    static var outputs: Int { 5 }

    @inline(__always) static func apply(_ v: Read, _ d: Write) {
      let (v0, v1, v2, v3, v4) = (v(0), v(1), v(2), v(3), v(4))
      let (sumA, differenceA) = (a * (v0 + v1), v0 - v1)
      let (sumB, differenceB) = (b * (v2 + v3), v2 - v3)
      d(0, (aa * bb) * v4 - bb * sumA - aa * sumB)
      d(1, -bb * differenceA - aa * differenceB)
      d(2, sumA + sumB - (aa + bb) * v4)
      d(3, differenceA + differenceB)
      d(4, v4)
    }
  }

  enum Output: LineTransform {
    static var inputs: Int { 5 }
    static var outputs: Int { 3 }

    @inline(__always) static func apply(_ v: Read, _ y: Write) {
      let (v0, v1, v2, v3) = (v(0), v(1), v(2), v(3))
      let (sumA, sumB) = (v0 + v1, v2 + v3)
      y(0, sumA + sumB)
      y(1, a * (v0 - v1) + b * (v2 - v3))
      y(2, aa * sumA + bb * sumB + v(4))
    }
  }

  enum OutputAdjoint: LineTransform {
    static var inputs: Int { 3 }
    static var outputs: Int { 5 }

    @inline(__always) static func apply(_ y: Read, _ v: Write) {
      let (y0, y1, y2) = (y(0), y(1), y(2))
      let (evenA, oddA) = (y0 + aa * y2, a * y1)
      let (evenB, oddB) = (y0 + bb * y2, b * y1)
      v(0, evenA + oddA)
      v(1, evenA - oddA)
      v(2, evenB + oddB)
      v(3, evenB - oddB)
      v(4, y2)
    }
  }

  enum Kernel: LineTransform {
    static var inputs: Int { 3 }
    static var outputs: Int { 5 }

    @inline(__always) static func apply(_ g: Read, _ v: Write) {
      let (g0, g1, g2) = (g(0), g(1), g(2))
      let (evenA, oddA) = ((g0 + aa * g2) * scaleA, (a * g1) * scaleA)
      let (evenB, oddB) = ((g0 + bb * g2) * scaleB, (b * g1) * scaleB)
      v(0, evenA + oddA)
      v(1, evenA - oddA)
      v(2, evenB + oddB)
      v(3, evenB - oddB)
      v(4, g2)
    }
  }

  enum KernelAdjoint: LineTransform {
    static var inputs: Int { 5 }
    static var outputs: Int { 3 }

    @inline(__always) static func apply(_ v: Read, _ g: Write) {
      let (v0, v1, v2, v3) = (v(0), v(1), v(2), v(3))
      let (sumA, sumB) = ((v0 + v1) * scaleA, (v2 + v3) * scaleB)
      let (differenceA, differenceB) = ((v0 - v1) * scaleA, (v2 - v3) * scaleB)
      g(0, sumA + sumB)
      g(1, a * differenceA + b * differenceB)
      g(2, aa * sumA + bb * sumB + v(4))
    }
  }
}
