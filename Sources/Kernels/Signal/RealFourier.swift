internal import Foundation

/// The discrete Fourier transform of sixteen real signals at once, one in each SIMD lane.
///
///     X[k] = Σ_j x[j] exp(−2πi jk / n),  k = 0 … n/2
///
/// n real samples are taken as n/2 complex ones, which lie interleaved as they are; those go through
/// in-place passes of radix 4 (Cooley and Tukey 1965, DOI 10.1090/S0025-5718-1965-0178586-1), and a
/// last pass takes the two halves apart. Every instruction works on sixteen signals, so there is
/// nothing to shuffle, and a twiddle factor is one broadcast number. Frames of a spectrogram come in
/// sixteens anyway: docs/decisions/0019-fourier-over-frames.md has the measurement.
///
/// n is a power of two of at least 4. Memory is in lanes: signals [n, 16], spectra [n/2 + 1, 2, 16],
/// where the 2 are the real and the imaginary part.
public struct RealFourier: Sendable {
  /// The number of samples, n.
  public let length: Int
  /// The number of frequencies, n/2 + 1.
  public var bins: Int { length / 2 + 1 }

  /// The number of complex samples, n/2.
  private let half: Int
  /// cos and −sin of w, w², w³ for each butterfly of each pass, from the largest pass down.
  private let twiddles: [Float]
  /// cos and sin of 2πk/n for k = 0 … n/4.
  private let halves: [Float]
  /// Where the passes leave frequency k.
  private let places: [Int]

  /// True for the lengths that there are plans for.
  public static func isSupported(_ length: Int) -> Bool {
    length >= 4 && length & (length - 1) == 0
  }

  /// The plan for one length, a power of two of at least 4.
  public init(length: Int) {
    precondition(
      Self.isSupported(length), "a transform of \(length) samples, expected a power of 2")
    (self.length, half) = (length, length / 2)
    func turn(_ part: Int, _ whole: Int) -> (Float, Float) {
      let angle = 2 * Double.pi * Double(part) / Double(whole)
      return (Float(cos(angle)), Float(sin(angle)))
    }
    var twiddles: [Float] = []
    var size = length / 2
    while size >= 4 {
      for j in 0..<size / 4 {
        for power in 1...3 {
          let (cosine, sine) = turn(j * power, size)
          twiddles += [cosine, -sine]
        }
      }
      size /= 4
    }
    self.twiddles = twiddles
    halves = (0...length / 4).flatMap { k in
      let (cosine, sine) = turn(k, length)
      return [cosine, sine]
    }
    places = (0..<length / 2).map { Self.place(of: $0, size: length / 2) }
  }

  private static func place(of frequency: Int, size: Int) -> Int {
    if size == 1 { return 0 }
    let radix = size >= 4 ? 4 : 2
    return frequency % radix * (size / radix) + place(of: frequency / radix, size: size / radix)
  }

  /// The spectra of sixteen signals.
  ///
  /// - Parameters:
  ///   - signals: [n, 16], lost.
  ///   - spectra: [n/2 + 1, 2, 16], overwritten.
  public func transform(
    _ signals: UnsafeMutablePointer<Float>, _ spectra: UnsafeMutablePointer<Float>
  ) {
    forward(signals)
    separate(signals) { k, real, imaginary in
      spectra.setLanes(32 * k, real)
      spectra.setLanes(32 * k + 16, imaginary)
    }
  }

  /// |X[k]|² of sixteen signals.
  ///
  /// - Parameters:
  ///   - signals: [n, 16], lost.
  ///   - power: [n/2 + 1, 16], overwritten.
  public func power(
    _ signals: UnsafeMutablePointer<Float>, _ power: UnsafeMutablePointer<Float>
  ) {
    forward(signals)
    separate(signals) { k, real, imaginary in
      power.setLanes(16 * k, real * real + imaginary * imaginary)
    }
  }

  /// Sixteen signals from their spectra, scaled so that it undoes `transform`. Imaginary parts of
  /// the first and the last frequency are taken as 0.
  ///
  /// - Parameters:
  ///   - spectra: [n/2 + 1, 2, 16].
  ///   - signals: [n, 16], overwritten.
  public func inverse(
    _ spectra: UnsafePointer<Float>, _ signals: UnsafeMutablePointer<Float>
  ) {
    let scale = 1 / Float(length)
    let (first, last) = (spectra.lanes(0), spectra.lanes(32 * half))
    signals.setComplex(0, (scale * (first + last), scale * (first - last)))
    halves.withUnsafeBufferPointer { turns in
      for k in stride(from: 1, through: half / 2, by: 1) {
        let (ar, ai) = spectra.complex(k)
        let (br, bi) = spectra.complex(half - k)
        let (sumReal, sumImaginary) = (scale * (ar + br), scale * (ai - bi))
        let (r, i) = (scale * (ar - br), scale * (ai + bi))
        let (c, s) = (turns[2 * k], turns[2 * k + 1])
        // The odd samples' part, turned back, and then by a quarter.
        let (oddReal, oddImaginary) = (r * c - i * s, r * s + i * c)
        signals.setComplex(places[k], (sumReal - oddImaginary, sumImaginary + oddReal))
        signals.setComplex(places[half - k], (sumReal + oddImaginary, oddReal - sumImaginary))
      }
    }
    backward(signals)
  }

  // MARK: The parts

  // Depth first: a quarter is done before the next one is begun, so that small ones stay in the
  // first cache.

  private func forward(_ z: UnsafeMutablePointer<Float>) {
    twiddles.withUnsafeBufferPointer { table in
      guard let factors = table.baseAddress ?? nil else { return forwardLeaf(z, half) }
      forward(z, half, factors)
    }
  }

  private func forward(
    _ z: UnsafeMutablePointer<Float>, _ size: Int, _ factors: UnsafePointer<Float>
  ) {
    guard size > 4 else { return forwardLeaf(z, size) }
    let quarter = size / 4
    for j in 0..<quarter { forwardButterfly(z, j, quarter, factors + 6 * j) }
    for part in 0..<4 { forward(z + 32 * part * quarter, quarter, factors + 6 * quarter) }
  }

  @inline(__always)
  private func forwardButterfly(
    _ z: UnsafeMutablePointer<Float>, _ j: Int, _ quarter: Int, _ w: UnsafePointer<Float>
  ) {
    let (y0, y1, y2, y3) = quarterTurns(
      z.complex(j), z.complex(j + quarter), z.complex(j + 2 * quarter), z.complex(j + 3 * quarter),
      forward: true)
    z.setComplex(j, y0)
    z.setComplex(j + quarter, times(y1, w[0], w[1]))
    z.setComplex(j + 2 * quarter, times(y2, w[2], w[3]))
    z.setComplex(j + 3 * quarter, times(y3, w[4], w[5]))
  }

  /// The last pass, of 4 or of 2, whose twiddle factors are all 1; nothing to do for 1.
  @inline(__always)
  private func forwardLeaf(_ z: UnsafeMutablePointer<Float>, _ size: Int) {
    if size == 4 {
      let (y0, y1, y2, y3) = quarterTurns(
        z.complex(0), z.complex(1), z.complex(2), z.complex(3), forward: true)
      z.setComplex(0, y0)
      z.setComplex(1, y1)
      z.setComplex(2, y2)
      z.setComplex(3, y3)
    } else if size == 2 {
      let (a, b) = (z.complex(0), z.complex(1))
      z.setComplex(0, (a.0 + b.0, a.1 + b.1))
      z.setComplex(1, (a.0 - b.0, a.1 - b.1))
    }
  }

  private func backward(_ z: UnsafeMutablePointer<Float>) {
    twiddles.withUnsafeBufferPointer { table in
      guard let factors = table.baseAddress ?? nil else { return backwardLeaf(z, half) }
      backward(z, half, factors)
    }
  }

  private func backward(
    _ z: UnsafeMutablePointer<Float>, _ size: Int, _ factors: UnsafePointer<Float>
  ) {
    guard size > 4 else { return backwardLeaf(z, size) }
    let quarter = size / 4
    for part in 0..<4 { backward(z + 32 * part * quarter, quarter, factors + 6 * quarter) }
    for j in 0..<quarter {
      let w = factors + 6 * j
      let (y0, y1, y2, y3) = quarterTurns(
        z.complex(j), times(z.complex(j + quarter), w[0], -w[1]),
        times(z.complex(j + 2 * quarter), w[2], -w[3]),
        times(z.complex(j + 3 * quarter), w[4], -w[5]), forward: false)
      z.setComplex(j, y0)
      z.setComplex(j + quarter, y1)
      z.setComplex(j + 2 * quarter, y2)
      z.setComplex(j + 3 * quarter, y3)
    }
  }

  @inline(__always)
  private func backwardLeaf(_ z: UnsafeMutablePointer<Float>, _ size: Int) {
    guard size == 4 else { return forwardLeaf(z, size) }
    let (y0, y1, y2, y3) = quarterTurns(
      z.complex(0), z.complex(1), z.complex(2), z.complex(3), forward: false)
    z.setComplex(0, y0)
    z.setComplex(1, y1)
    z.setComplex(2, y2)
    z.setComplex(3, y3)
  }

  /// Takes the spectrum of the interleaved complex signal apart into that of the even and that of
  /// the odd samples, and joins them to the real signal's.
  @inline(__always)
  private func separate(
    _ z: UnsafeMutablePointer<Float>, _ emit: (_ k: Int, _ real: Lanes, _ imaginary: Lanes) -> Void
  ) {
    let (real, imaginary) = z.complex(0)
    emit(0, real + imaginary, .zero)
    emit(half, real - imaginary, .zero)
    places.withUnsafeBufferPointer { places in
      halves.withUnsafeBufferPointer { turns in
        for k in stride(from: 1, through: half / 2, by: 1) {
          let (ar, ai) = z.complex(places[k])
          let (br, bi) = z.complex(places[half - k])
          let (evenReal, evenImaginary) = (0.5 * (ar + br), 0.5 * (ai - bi))
          let (oddReal, oddImaginary) = (0.5 * (ai + bi), 0.5 * (br - ar))
          let (c, s) = (turns[2 * k], turns[2 * k + 1])
          let (r, i) = (oddReal * c + oddImaginary * s, oddImaginary * c - oddReal * s)
          emit(k, evenReal + r, evenImaginary + i)
          emit(half - k, evenReal - r, i - evenImaginary)
        }
      }
    }
  }
}

private typealias Complex = (Lanes, Lanes)

/// The transform of four numbers, or with `forward` false its inverse without the scale.
@inline(__always)
private func quarterTurns(
  _ a: Complex, _ b: Complex, _ c: Complex, _ d: Complex, forward: Bool
) -> (Complex, Complex, Complex, Complex) {
  let (sumAC, differenceAC) = ((a.0 + c.0, a.1 + c.1), (a.0 - c.0, a.1 - c.1))
  let (sumBD, differenceBD) = ((b.0 + d.0, b.1 + d.1), (b.0 - d.0, b.1 - d.1))
  // ∓i (b − d)
  let plus = (differenceAC.0 + differenceBD.1, differenceAC.1 - differenceBD.0)
  let minus = (differenceAC.0 - differenceBD.1, differenceAC.1 + differenceBD.0)
  return (
    (sumAC.0 + sumBD.0, sumAC.1 + sumBD.1), forward ? plus : minus,
    (sumAC.0 - sumBD.0, sumAC.1 - sumBD.1), forward ? minus : plus
  )
}

@inline(__always)
private func times(_ z: Complex, _ real: Float, _ imaginary: Float) -> Complex {
  (z.0 * real - z.1 * imaginary, z.0 * imaginary + z.1 * real)
}

extension UnsafePointer<Float> {
  @inline(__always)
  fileprivate func complex(_ index: Int) -> Complex { (lanes(32 * index), lanes(32 * index + 16)) }
}

extension UnsafeMutablePointer<Float> {
  @inline(__always)
  fileprivate func complex(_ index: Int) -> Complex { (lanes(32 * index), lanes(32 * index + 16)) }

  @inline(__always)
  fileprivate func setComplex(_ index: Int, _ value: Complex) {
    setLanes(32 * index, value.0)
    setLanes(32 * index + 16, value.1)
  }
}
