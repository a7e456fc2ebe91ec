/// A = L Lᵀ of a symmetric positive definite matrix, in Double, for matrices of some hundred rows
/// (Golub and Van Loan 2013, "Matrix Computations", section 4.2).
struct Cholesky {
  /// A row whose pivot is not above the smallest one allowed.
  struct NotPositive: Error { let row: Int }

  private let size: Int
  /// L, row after row; what stands above its diagonal is not read.
  private let factor: [Double]

  /// Factorises a matrix of which the lower triangle is given, row after row. Throws where a pivot
  /// is not larger than `smallestPivot`: the matrix is singular, or as good as.
  init(lowerTriangle: [Double], size: Int, smallestPivot: Double) throws(NotPositive) {
    precondition(lowerTriangle.count == size * size, "\(lowerTriangle.count) numbers for \(size)²")
    var l = lowerTriangle
    for i in 0..<size {
      for j in 0...i {
        var sum = l[i * size + j]
        for k in 0..<j { sum -= l[i * size + k] * l[j * size + k] }
        if j < i {
          l[i * size + j] = sum / l[j * size + j]
        } else {
          guard sum > smallestPivot else { throw NotPositive(row: i) }
          l[i * size + i] = sum.squareRoot()
        }
      }
    }
    (self.size, factor) = (size, l)
  }

  /// x of A x = b: L y = b forwards, then Lᵀ x = y backwards.
  func solve(_ b: [Double]) -> [Double] {
    precondition(b.count == size, "\(b.count) numbers for \(size) equations")
    var x = b
    for i in 0..<size {
      for k in 0..<i { x[i] -= factor[i * size + k] * x[k] }
      x[i] /= factor[i * size + i]
    }
    for i in stride(from: size - 1, through: 0, by: -1) {
      for k in i + 1..<size { x[i] -= factor[k * size + i] * x[k] }
      x[i] /= factor[i * size + i]
    }
    return x
  }

  /// A⁻¹, row after row.
  func inverse() -> [Double] {
    var result = [Double](repeating: 0, count: size * size)
    var unit = [Double](repeating: 0, count: size)
    for row in 0..<size {
      unit[row] = 1
      // A⁻¹ is symmetric: its columns are its rows.
      result.replaceSubrange(row * size..<(row + 1) * size, with: solve(unit))
      unit[row] = 0
    }
    return result
  }
}
