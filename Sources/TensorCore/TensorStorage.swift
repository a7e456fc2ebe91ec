/// The memory behind a tensor: `count` floats on a 64-byte boundary (a cache line, and the widest
/// SIMD register).
///
/// `@unchecked Sendable` is safe because `Tensor` writes only through a storage that it alone
/// refers to.
final class TensorStorage: @unchecked Sendable {
  let count: Int
  let base: UnsafeMutablePointer<Float>

  /// Uninitialised memory; the caller writes all of it before reading.
  init(count: Int) {
    self.count = count
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, count) * MemoryLayout<Float>.stride, alignment: 64)
    base = raw.bindMemory(to: Float.self, capacity: count)
  }

  deinit { base.deallocate() }

  func copy() -> TensorStorage {
    let other = TensorStorage(count: count)
    other.base.update(from: base, count: count)
    return other
  }
}
