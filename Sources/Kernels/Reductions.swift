/// y[r] = Σ_c x[r, c], over sixteen lanes and then over the lanes. x: [rows, columns], y: [rows].
public func rowSums(
  rows: Int, columns: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
) {
  forEachRow(rows, columns) { row in
    let x = x + row * columns
    var (sums, c) = (Lanes(), 0)
    while c + Lanes.scalarCount <= columns {
      sums += x.lanes(c)
      c += Lanes.scalarCount
    }
    y[row] = (sums + x.lanes(c, count: columns - c)).sum()
  }
}

/// y[r] = Σ_c x[r, c] / columns. x: [rows, columns] with columns > 0, y: [rows].
public func rowMeans(
  rows: Int, columns: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
) {
  rowSums(rows: rows, columns: columns, x, y)
  for row in 0..<rows { y[row] /= Float(columns) }
}

/// y[r] = max_c x[r, c], NaN where the row has one. x: [rows, columns] with columns > 0, y: [rows].
public func rowMaxima(
  rows: Int, columns: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
) {
  forEachRow(rows, columns) { row in y[row] = maximum(columns, x + row * columns) }
}

/// The index of each row's greatest element, the first of equals; of the first NaN if there is one.
/// x: [rows, columns] with columns > 0.
public func rowArgmaxima(rows: Int, columns: Int, _ x: UnsafePointer<Float>) -> [Int] {
  [Int](unsafeUninitializedCapacity: rows) { indices, count in
    let indices = indices.baseAddress
    forEachRow(rows, columns) { row in
      let x = x + row * columns
      let greatest = maximum(columns, x)
      var c = 0
      while x[c] != greatest && x[c] == x[c] { c += 1 }
      indices?[row] = c
    }
    count = rows
  }
}

/// y[c] = Σ_r x[r, c], in Double over fixed chunks of rows. x: [rows, columns], y: [columns].
public func columnSums(
  rows: Int, columns: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
) {
  let sums = sumOverRowChunks(rows: rows, columns: columns, width: columns) { rows, sums in
    for row in rows {
      let x = x + row * columns
      for c in 0..<columns { sums[c] += Double(x[c]) }
    }
  }
  for c in 0..<columns { y[c] = Float(sums[c]) }
}

/// Σ over chunks of rows of what `body` adds to `width` accumulators that begin at 0. The chunks run
/// in parallel and are summed in order, so the result does not depend on the number of threads.
func sumOverRowChunks(
  rows: Int, columns: Int, width: Int,
  _ body: (Range<Int>, UnsafeMutablePointer<Double>) -> Void
) -> [Double] {
  let grain = rowGrain(columns: columns)
  let chunks = (rows + grain - 1) / grain
  let partials = UnsafeMutablePointer<Double>.allocate(capacity: max(1, chunks * width))
  defer { partials.deallocate() }
  partials.initialize(repeating: 0, count: chunks * width)
  parallelFor(rows, grain: grain) { range in
    body(range, partials + range.lowerBound / grain * width)
  }
  var sums = [Double](repeating: 0, count: width)
  for chunk in 0..<chunks {
    for i in 0..<width { sums[i] += partials[chunk * width + i] }
  }
  return sums
}

/// Rows of a matrix that one thread takes at a time: about 64 KB, which stay in its cache.
func rowGrain(columns: Int) -> Int { max(1, 16_384 / max(1, columns)) }

@inline(__always)
private func forEachRow(_ rows: Int, _ columns: Int, _ body: (Int) -> Void) {
  parallelFor(rows, grain: rowGrain(columns: columns)) { range in
    for row in range { body(row) }
  }
}

/// The greatest of `count` > 0 numbers, NaN if one is.
@inline(__always)
private func maximum(_ count: Int, _ x: UnsafePointer<Float>) -> Float {
  var (lanes, i) = (Lanes(repeating: -.infinity), 0)
  while i + Lanes.scalarCount <= count {
    let next = x.lanes(i)
    lanes = lanes.replacing(with: next, where: (next .> lanes) .| (next .!= next))
    i += Lanes.scalarCount
  }
  var best = -Float.infinity
  for lane in 0..<Lanes.scalarCount where lanes[lane] > best || lanes[lane].isNaN {
    best = lanes[lane]
  }
  while i < count {
    if x[i] > best || x[i].isNaN { best = x[i] }
    i += 1
  }
  return best
}
