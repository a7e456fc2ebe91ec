import Kernels
import TestSupport
import Testing

@Suite("Reduction kernels") struct ReductionsTests {
  static let sizes: [(rows: Int, columns: Int)] = [
    (1, 1), (3, 7), (5, 16), (4, 33), (2000, 7), (3, 40_000), (700, 100),
  ]

  @Test("equal the naive ones", arguments: sizes)
  func equalNaive(_ rows: Int, _ columns: Int) {
    let x: [Float] = randomNumbers(rows * columns)
    let wide = x.map(Double.init)
    var y = [Float](repeating: .nan, count: rows)
    rowSums(rows: rows, columns: columns, x, &y)
    let sums = Reference.rowSums(columns: columns, wide)
    expectClose(y, sums, absolute: 1e-7 * Double(columns), "row sums")
    rowMeans(rows: rows, columns: columns, x, &y)
    expectClose(y, sums.map { $0 / Double(columns) }, absolute: 1e-7, "row means")
    rowMaxima(rows: rows, columns: columns, x, &y)
    #expect(y == Reference.rowMaxima(columns: columns, x))
    #expect(
      rowArgmaxima(rows: rows, columns: columns, x)
        == Reference.rowArgmaxima(columns: columns, x))
    y = [Float](repeating: .nan, count: columns)
    columnSums(rows: rows, columns: columns, x, &y)
    expectClose(
      y, Reference.columnSums(columns: columns, wide), relative: 1e-6, "column sums")
  }

  @Test("the greatest of equals is the first, of NaN the NaN", arguments: [4, 20])
  func ties(_ columns: Int) {
    var x = [Float](repeating: -3, count: 3 * columns)
    x[columns - 2] = 2  // Row 0: a maximum twice. Row 1: all equal. Row 2: a NaN.
    x[columns - 1] = 2
    x[2 * columns + 1] = .nan
    x[2 * columns + 3] = 9
    #expect(rowArgmaxima(rows: 3, columns: columns, x) == [columns - 2, 0, 1])
    var y: [Float] = [0, 0, 0]
    rowMaxima(rows: 3, columns: columns, x, &y)
    #expect(y[0] == 2 && y[1] == -3 && y[2].isNaN)
  }

  @Test("minus infinity is a maximum too") func infinite() {
    let x = [Float](repeating: -.infinity, count: 20)
    #expect(rowArgmaxima(rows: 1, columns: 20, x) == [0])
  }

  @Test("column sums lose nothing over many rows") func precision() {
    // In Float, 2²⁴ + 1 + 1 + … stays 2²⁴.
    var x = [Float](repeating: 1, count: 100_001)
    x[0] = 0x1p24
    var sum: [Float] = [0]
    columnSums(rows: x.count, columns: 1, x, &sum)
    #expect(sum[0] == 0x1p24 + 100_000)
  }
}
