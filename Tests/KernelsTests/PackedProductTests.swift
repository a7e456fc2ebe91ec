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

  @Test(
    "in bfloat16 equal a product in Double of the rounded numbers", arguments: [1, 7, 32, 33, 70])
  func halfProducts(_ columns: Int) {
    let (k, matrices, stride) = (22, 2, 24)
    func rounded(_ values: [Float]) -> [Double] {
      values.map { Double(Float(bitPattern: UInt32(bfloat16($0)) << 16)) }
    }
    let w: [Float] = randomNumbers(matrices * k * columns, seed: 1)
    let packed = PackedBFloat16Weights(matrices: matrices, k: k, n: columns, w)
    for rows in 1...27 {
      let x: [Float] = randomNumbers(rows * stride, seed: 2)
      var halves = [UInt16](repeating: 0, count: x.count)
      roundToBFloat16(x.count, x, &halves)
      let (roundX, roundW) = (rounded(x), rounded(w))
      for matrix in 0..<matrices {
        for panel in 0..<packed.panels {
          var expected: [Double] = []
          for row in 0..<rows {
            for column in panel * 32..<(panel + 1) * 32 {
              expected.append(
                column >= columns
                  ? 0
                  : (0..<k).reduce(0) {
                    $0 + roundX[row * stride + $1] * roundW[(matrix * k + $1) * columns + column]
                  })
            }
          }
          let weights = packed.panel(panel, matrix: matrix)
          for product in [bfloat16Product, bfloat16ProductAnywhere] {
            var sums = [Float](repeating: .nan, count: rows * 32)
            product(rows, k, halves, stride, weights, &sums)
            expectClose(sums, expected, relative: 1e-6, "\(rows) rows, panel \(panel)")
          }
          // Alone, each row has the same sums.
          var (together, alone) = ([Float](repeating: 0, count: rows * 32), [Float]())
          bfloat16Product(rows: rows, k: k, halves, stride: stride, weights, &together)
          for row in 0..<rows {
            var sums = [Float](repeating: 0, count: 32)
            halves.withUnsafeBufferPointer {
              guard let start = $0.baseAddress else { return }
              bfloat16Product(
                rows: 1, k: k, start + row * stride, stride: stride, weights, &sums)
            }
            alone += sums
          }
          #expect(together.map(\.bitPattern) == alone.map(\.bitPattern))
        }
      }
    }
  }

  @Test("numbers are rounded to the nearest of bfloat16, of two to the even one") func rounding() {
    let cases: [(Float, UInt16)] = [
      (0, 0), (-0.0, 0x8000), (1, 0x3F80), (-2, 0xC000), (.infinity, 0x7F80),
      (Float(bitPattern: 0x3F80_8000), 0x3F80), (Float(bitPattern: 0x3F81_8000), 0x3F82),
      (Float(bitPattern: 0x3F80_8001), 0x3F81), (Float(bitPattern: 0x3F80_7FFF), 0x3F80),
      (.greatestFiniteMagnitude, 0x7F80), (Float(bitPattern: 0x007F_FFFF), 0x0080),
      (.nan, 0x7FC0), (Float(bitPattern: 0x7F80_0001), 0x7FC0), (-.nan, 0x7FC0),
    ]
    for (value, expected) in cases { #expect(bfloat16(value) == expected, "\(value)") }
    // Many at once as one by one, but for those below the normal numbers.
    for count in [1, 15, 16, 17, 48, 100] {
      let values: [Float] =
        randomNumbers(count, seed: 9) + cases.map(\.0).filter { !$0.isSubnormal }
      var rounded = [UInt16](repeating: 1, count: values.count + 8)
      roundToBFloat16(values.count, values, &rounded)
      for (value, found) in zip(values, rounded) {
        #expect(found == bfloat16(value) || value.isNaN, "\(value)")
        #expect(!value.isNaN || Float(bitPattern: UInt32(found) << 16).isNaN)
        guard value.isFinite, abs(value) < 1e30 else { continue }
        #expect(abs(Float(bitPattern: UInt32(found) << 16) - value) <= abs(value) / 256)
      }
      #expect(rounded.suffix(8).allSatisfy { $0 == 1 }, "wrote too far")
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
