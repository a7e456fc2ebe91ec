internal import COpenBLAS

/// C = alpha · op(A) · op(B) + beta · C, all row-major, on the calling thread (BLAS `sgemm`).
///
/// - Parameters:
///   - m: rows of op(A) and C.
///   - n: columns of op(B) and C.
///   - k: columns of op(A), rows of op(B).
///   - a: [m, k], or [k, m] where `transposeA`; rows `aStride` apart (default: packed).
///   - b: [k, n], or [n, k] where `transposeB`; rows `bStride` apart.
///   - beta: 0 overwrites C (which may be uninitialised), 1 accumulates.
///   - c: [m, n]; rows `cStride` apart.
@inline(__always)
public func matrixMultiply(
  m: Int, n: Int, k: Int,
  alpha: Float = 1,
  _ a: UnsafePointer<Float>, transposeA: Bool = false, aStride: Int? = nil,
  _ b: UnsafePointer<Float>, transposeB: Bool = false, bStride: Int? = nil,
  beta: Float = 0,
  _ c: UnsafeMutablePointer<Float>, cStride: Int? = nil
) {
  sgemm(
    m, n, k, alpha, a, transposeA, aStride ?? (transposeA ? m : k),
    b, transposeB, bStride ?? (transposeB ? k : n), beta, c, cStride ?? n)
}

@inline(never)
@usableFromInline
func sgemm(
  _ m: Int, _ n: Int, _ k: Int, _ alpha: Float,
  _ a: UnsafePointer<Float>, _ transposeA: Bool, _ aStride: Int,
  _ b: UnsafePointer<Float>, _ transposeB: Bool, _ bStride: Int, _ beta: Float,
  _ c: UnsafeMutablePointer<Float>, _ cStride: Int
) {
  if m == 0 || n == 0 { return }
  _ = openBLASIsReady
  cblas_sgemm(
    CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
    blasint(m), blasint(n), blasint(k), alpha, a, blasint(aStride), b, blasint(bStride),
    beta, c, blasint(cStride))
}
