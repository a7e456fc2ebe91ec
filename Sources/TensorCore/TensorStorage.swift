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
    base = StoragePool.shared.allocate(byteCount: Self.byteCount(count))
      .bindMemory(to: Float.self, capacity: count)
  }

  deinit {
    StoragePool.shared.deallocate(base, byteCount: Self.byteCount(count))
  }

  private static func byteCount(_ count: Int) -> Int {
    max(1, count) * MemoryLayout<Float>.stride
  }

  func copy() -> TensorStorage {
    let other = TensorStorage(count: count)
    other.base.update(from: base, count: count)
    return other
  }
}
