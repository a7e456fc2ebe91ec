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
  // Nine are the tiles of a 12x12 image: the ninth alone would wait for its own sums.
  if rows - row >= 9 {
    let (x0, x1, x2) = (x + row * stride, x + (row + 4) * stride, x + (row + 8) * stride)
    var (a, b, c) = (FourRows(), FourRows(), OneRow())
    for i in 0..<k {
      let (w0, w1) = (w.lanes(i * 32), w.lanes(i * 32 + 16))
      a.add(x0 + i, stride, w0, w1)
      b.add(x1 + i, stride, w0, w1)
      c.add(x2[i], w0, w1)
    }
    a.forEach(row, write)
    b.forEach(row + 4, write)
    write(row + 8, c.first, c.second)
    row += 9
  }
  while rows - row >= 4 {
    let x0 = x + row * stride
    var a = FourRows()
    for i in 0..<k { a.add(x0 + i, stride, w.lanes(i * 32), w.lanes(i * 32 + 16)) }
    a.forEach(row, write)
    row += 4
  }
  while row < rows {
    let x0 = x + row * stride
    var a = OneRow()
    for i in 0..<k { a.add(x0[i], w.lanes(i * 32), w.lanes(i * 32 + 16)) }
    write(row, a.first, a.second)
    row += 1
  }
}

// Names and not arrays, so that the sums stay in registers.

/// The 32 sums of a row.
private struct OneRow {
  var first = Lanes.zero
  var second = Lanes.zero

  @inline(__always) init() {}

  /// Adds a number of x times its row of weights.
  @inline(__always)
  mutating func add(_ x: Float, _ w0: Lanes, _ w1: Lanes) {
    first += x * w0
    second += x * w1
  }
}

/// The sums of four rows.
private struct FourRows {
  private var a = OneRow()
  private var b = OneRow()
  private var c = OneRow()
  private var d = OneRow()

  @inline(__always) init() {}

  /// Adds one column of x, whose rows are `stride` apart, times its row of weights.
  @inline(__always)
  mutating func add(_ x: UnsafePointer<Float>, _ stride: Int, _ w0: Lanes, _ w1: Lanes) {
    a.add(x[0], w0, w1)
    b.add(x[stride], w0, w1)
    c.add(x[2 * stride], w0, w1)
    d.add(x[3 * stride], w0, w1)
  }

  @inline(__always)
  func forEach(_ row: Int, _ write: (Int, Lanes, Lanes) -> Void) {
    write(row, a.first, a.second)
    write(row + 1, b.first, b.second)
    write(row + 2, c.first, c.second)
    write(row + 3, d.first, d.second)
  }
}
