extension Reference {
  /// Σ_c x[r, c] of x: [rows, columns].
  public static func rowSums<T: BinaryFloatingPoint>(columns: Int, _ x: [T]) -> [T] {
    stride(from: 0, to: x.count, by: columns).map { x[$0..<$0 + columns].reduce(0, +) }
  }

  /// max_c x[r, c].
  public static func rowMaxima<T: BinaryFloatingPoint>(columns: Int, _ x: [T]) -> [T] {
    stride(from: 0, to: x.count, by: columns).map { row in
      x[row..<row + columns].reduce(x[row]) { $1 > $0 ? $1 : $0 }
    }
  }

  /// The index of each row's first greatest element.
  public static func rowArgmaxima<T: BinaryFloatingPoint>(columns: Int, _ x: [T]) -> [Int] {
    stride(from: 0, to: x.count, by: columns).map { row in
      (1..<columns).reduce(0) { x[row + $1] > x[row + $0] ? $1 : $0 }
    }
  }

  /// Σ_r x[r, c].
  public static func columnSums<T: BinaryFloatingPoint>(columns: Int, _ x: [T]) -> [T] {
    var sums = [T](repeating: 0, count: columns)
    for i in x.indices { sums[i % columns] += x[i] }
    return sums
  }
}
