// A product of a few rows with one panel of packed weights. BLAS would pack the weights anew for
// every product, which costs more than the product where the rows are few. And every sum here is
// made in the order of k by one accumulator, so that a row's result does not depend on how many
// rows there are or how they are cut: an image's answer is the same bytes in every batch.

/// Calls `write` with each row of x · w: the row's index and its 32 sums.
///
/// - Parameters:
///   - x: [rows, k], the rows `stride` apart.
///   - w: a panel [k][32].
@inline(__always)
func forEachProductRow(
  rows: Int, k: Int, _ x: UnsafePointer<Float>, stride: Int, _ w: UnsafePointer<Float>,
  _ write: (_ row: Int, _ first: Lanes, _ second: Lanes) -> Void
) {
  var row = 0
  // Twelve rows keep 24 sums in registers and use every weight twelve times.
  while rows - row >= 12 {
    let (x0, x1, x2) = (x + row * stride, x + (row + 4) * stride, x + (row + 8) * stride)
    var (a, b, c) = (FourRows(), FourRows(), FourRows())
    for i in 0..<k {
      let (w0, w1) = (w.lanes(i * 32), w.lanes(i * 32 + 16))
      a.add(x0 + i, stride, w0, w1)
      b.add(x1 + i, stride, w0, w1)
      c.add(x2 + i, stride, w0, w1)
    }
    a.forEach(row, write)
    b.forEach(row + 4, write)
    c.forEach(row + 8, write)
    row += 12
  }
  if rows - row >= 8 {
    let (x0, x1) = (x + row * stride, x + (row + 4) * stride)
    var (a, b) = (FourRows(), FourRows())
    for i in 0..<k {
      let (w0, w1) = (w.lanes(i * 32), w.lanes(i * 32 + 16))
      a.add(x0 + i, stride, w0, w1)
      b.add(x1 + i, stride, w0, w1)
    }
    a.forEach(row, write)
    b.forEach(row + 4, write)
    row += 8
  }
  if rows - row >= 4 {
    let x0 = x + row * stride
    var a = FourRows()
    for i in 0..<k { a.add(x0 + i, stride, w.lanes(i * 32), w.lanes(i * 32 + 16)) }
    a.forEach(row, write)
    row += 4
  }
  while row < rows {
    let x0 = x + row * stride
    var (first, second) = (Lanes.zero, Lanes.zero)
    for i in 0..<k {
      first += x0[i] * w.lanes(i * 32)
      second += x0[i] * w.lanes(i * 32 + 16)
    }
    write(row, first, second)
    row += 1
  }
}

/// The sums of four rows and 32 columns: names and not an array, so that they stay in registers.
private struct FourRows {
  private var a0 = Lanes.zero
  private var a1 = Lanes.zero
  private var b0 = Lanes.zero
  private var b1 = Lanes.zero
  private var c0 = Lanes.zero
  private var c1 = Lanes.zero
  private var d0 = Lanes.zero
  private var d1 = Lanes.zero

  @inline(__always) init() {}

  /// Adds one column of x, whose rows are `stride` apart, times one row of weights.
  @inline(__always)
  mutating func add(_ x: UnsafePointer<Float>, _ stride: Int, _ w0: Lanes, _ w1: Lanes) {
    let (a, b, c, d) = (x[0], x[stride], x[2 * stride], x[3 * stride])
    a0 += a * w0
    a1 += a * w1
    b0 += b * w0
    b1 += b * w1
    c0 += c * w0
    c1 += c * w1
    d0 += d * w0
    d1 += d * w1
  }

  @inline(__always)
  func forEach(_ row: Int, _ write: (Int, Lanes, Lanes) -> Void) {
    write(row, a0, a1)
    write(row + 1, b0, b1)
    write(row + 2, c0, c1)
    write(row + 3, d0, d1)
  }
}
