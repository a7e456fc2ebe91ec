/// The naive versions of the kernels: plain loops, generic over the float type, so that a fast
/// kernel is checked against them in Float and a gradient in Double.
public enum Reference {
  /// C = op(A) · op(B), row-major. A: [m, k] (or [k, m] transposed), B: [k, n] (or [n, k]).
  public static func matrixMultiply<T: BinaryFloatingPoint>(
    m: Int, n: Int, k: Int, _ a: [T], transposeA: Bool = false, _ b: [T], transposeB: Bool = false
  ) -> [T] {
    var c = [T](repeating: 0, count: m * n)
    for i in 0..<m {
      for j in 0..<n {
        var sum: T = 0
        for p in 0..<k {
          sum += a[transposeA ? p * m + i : i * k + p] * b[transposeB ? j * k + p : p * n + j]
        }
        c[i * n + j] = sum
      }
    }
    return c
  }
}
