import Kernels
import TestSupport
import Testing

@Suite struct LaneProductsTests {
  @Test("a matrix times sixteen columns, rows that do not divide by four included")
  func dense() {
    let (rows, columns) = (7, 13)
    let matrix: [Float] = randomNumbers(rows * columns, seed: 1)
    let x: [Float] = randomNumbers(columns * 16, seed: 2)
    var y = [Float](repeating: .nan, count: rows * 16)
    multiplyLanes(rows: rows, columns: columns, matrix, x, &y)
    let expected = (0..<rows * 16).map { index in
      (0..<columns).reduce(0.0) {
        $0 + Double(matrix[index / 16 * columns + $1]) * Double(x[16 * $1 + index % 16])
      }
    }
    expectClose(y, expected, relative: 1e-6)
  }

  @Test("a band matrix is the matrix, empty rows included")
  func bands() {
    let matrix: [[Float]] = [[0, 1, 2, 0], [0, 0, 0, 0], [3, 0, 4, 0], [0, 0, 0, 5]]
    let x: [Float] = randomNumbers(4 * 16, seed: 3)
    var y = [Float](repeating: .nan, count: 4 * 16)
    let bands = BandMatrix(matrix)
    #expect(bands.rows == 4)
    bands.multiply(x, &y)
    let expected = (0..<4 * 16).map { index in
      (0..<4).reduce(0.0) { $0 + Double(matrix[index / 16][$1]) * Double(x[16 * $1 + index % 16]) }
    }
    expectClose(y, expected, relative: 1e-6)
  }

  @Test("a mask gives each part its share, halves where there is nothing")
  func mask() {
    let bins = 3
    var (a, b): ([Float], [Float]) = (
      randomNumbers(bins * 16, seed: 4), randomNumbers(bins * 16, seed: 5)
    )
    (a, b) = (a.map { abs($0) }, b.map { abs($0) })
    for lane in 0..<16 { (a[16 + lane], b[16 + lane]) = (0, 0) }
    let z: [Float] = randomNumbers(bins * 32, seed: 6)
    var masked = [Float](repeating: .nan, count: bins * 32)
    softMask(bins: bins, a, b, z, &masked)
    let expected = z.indices.map { index in
      let place = index / 32 * 16 + index % 16
      let (p, q) = (Double(a[place]), Double(b[place]))
      return Double(z[index]) * (p + q == 0 ? 0.5 : p * p / (p * p + q * q))
    }
    expectClose(masked, expected, relative: 1e-6)
  }
}
