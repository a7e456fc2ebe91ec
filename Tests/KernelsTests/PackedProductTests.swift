import TestSupport
import Testing

@testable import Kernels

@Suite("Packed products") struct PackedProductTests {
  @Test("equal a product in Double for any rows, columns and depth", arguments: [1, 7, 32, 33, 70])
  func products(_ columns: Int) {
    let (k, matrices, stride) = (19, 2, 23)
    let w: [Float] = randomNumbers(matrices * k * columns, seed: 1)
    let packed = PackedWeights(matrices: matrices, k: k, n: columns, w)
    #expect(packed.panels == (columns + 31) / 32)
    for rows in 1...27 {
      let x: [Float] = randomNumbers(rows * stride, seed: 2)
      for matrix in 0..<matrices {
        var expected: [Double] = []
        for row in 0..<rows {
          for column in 0..<packed.panels * 32 {
            expected.append(
              column >= columns
                ? 0
                : (0..<k).reduce(0) {
                  $0 + Double(x[row * stride + $1])
                    * Double(w[(matrix * k + $1) * columns + column])
                })
          }
        }
        var actual = [Float](repeating: .nan, count: rows * packed.panels * 32)
        for panel in 0..<packed.panels {
          x.withUnsafeBufferPointer { x in
            guard let x = x.baseAddress else { return }
            forEachProductRow(
              rows: rows, k: k, x, stride: stride, packed.panel(panel, matrix: matrix)
            ) { row, first, second in
              for lane in 0..<16 {
                actual[(row * packed.panels + panel) * 32 + lane] = first[lane]
                actual[(row * packed.panels + panel) * 32 + 16 + lane] = second[lane]
              }
            }
          }
        }
        expectClose(actual, expected, relative: 1e-6, "\(rows) rows, matrix \(matrix)")
      }
    }
  }

  @Test("a row's sums do not depend on the rows beside it") func sameBytes() {
    let (k, rows) = (37, 27)
    let x: [Float] = randomNumbers(rows * k, seed: 1)
    let packed = PackedWeights(k: k, n: 32, randomNumbers(k * 32, seed: 2))
    func sums(_ first: Int, _ count: Int) -> [Lanes] {
      var sums: [Lanes] = []
      x.withUnsafeBufferPointer { x in
        guard let x = x.baseAddress else { return }
        forEachProductRow(
          rows: count, k: k, x + first * k, stride: k, packed.panel(0)
        ) { sums += [$1, $2] }
      }
      return sums
    }
    let all = sums(0, rows)
    for first in 0..<rows {
      for count in 1...rows - first {
        #expect(sums(first, count) == Array(all[2 * first..<2 * (first + count)]))
      }
    }
  }
}
