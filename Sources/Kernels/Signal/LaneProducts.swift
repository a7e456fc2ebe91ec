/// Sums over bands of bins: the rows of a matrix that has numbers only around its diagonal, as mel
/// filters have.
public struct BandMatrix: Sendable {
  /// The number of bands.
  public var rows: Int { bands.count }
  private let bands: [Range<Int>]
  /// The weights of all bands, one after the other.
  private let weights: [Float]

  /// The matrix of these rows; what is 0 before the first and behind the last number of a row is not
  /// kept.
  public init(_ rows: [[Float]]) {
    bands = rows.map { row in
      guard let first = row.firstIndex(where: { $0 != 0 }),
        let last = row.lastIndex(where: { $0 != 0 })
      else { return 0..<0 }
      return first..<last + 1
    }
    weights = zip(rows, bands).flatMap { $0[$1] }
  }

  /// y = matrix · x in sixteen lanes.
  ///
  /// - Parameters:
  ///   - x: [columns, 16].
  ///   - y: [rows, 16], overwritten.
  public func multiply(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    weights.withUnsafeBufferPointer { weights in
      var place = 0
      for (row, band) in bands.enumerated() {
        var sum = Lanes.zero
        for column in band {
          sum += weights[place] * x.lanes(16 * column)
          place += 1
        }
        y.setLanes(16 * row, sum)
      }
    }
  }
}

/// y = matrix · x in sixteen lanes.
///
/// - Parameters:
///   - matrix: [rows, columns].
///   - x: [columns, 16].
///   - y: [rows, 16], overwritten.
public func multiplyLanes(
  rows: Int, columns: Int, _ matrix: UnsafePointer<Float>, _ x: UnsafePointer<Float>,
  _ y: UnsafeMutablePointer<Float>
) {
  var row = 0
  while row + 4 <= rows {
    let m = matrix + row * columns
    var (a, b, c, d) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    for column in 0..<columns {
      let v = x.lanes(16 * column)
      a += m[column] * v
      b += m[column + columns] * v
      c += m[column + 2 * columns] * v
      d += m[column + 3 * columns] * v
    }
    y.setLanes(16 * row, a)
    y.setLanes(16 * row + 16, b)
    y.setLanes(16 * row + 32, c)
    y.setLanes(16 * row + 48, d)
    row += 4
  }
  while row < rows {
    var sum = Lanes.zero
    for column in 0..<columns { sum += matrix[row * columns + column] * x.lanes(16 * column) }
    y.setLanes(16 * row, sum)
    row += 1
  }
}
