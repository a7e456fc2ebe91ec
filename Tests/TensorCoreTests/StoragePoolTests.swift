import TestSupport
import Testing

@testable import TensorCore

@Suite("Storage pool") struct StoragePoolTests {
  @Test("gives a block of the same size again") func reuse() {
    let pool = StoragePool(idleLimit: 1 << 20)
    let block = pool.allocate(byteCount: 1 << 17)
    #expect(Int(bitPattern: block) % 64 == 0)
    pool.deallocate(block, byteCount: 1 << 17)
    #expect(pool.idleBytes == 1 << 17)
    let other = pool.allocate(byteCount: 1 << 18)
    #expect(other != block)
    #expect(pool.allocate(byteCount: 1 << 17) == block)
    #expect(pool.idleBytes == 0)
    pool.deallocate(block, byteCount: 1 << 17)
    pool.deallocate(other, byteCount: 1 << 18)
  }

  @Test("keeps no more than its limit, and nothing small") func limit() {
    let pool = StoragePool(idleLimit: 3 << 16)
    let blocks = (0..<4).map { _ in pool.allocate(byteCount: 1 << 16) }
    for block in blocks { pool.deallocate(block, byteCount: 1 << 16) }
    #expect(pool.idleBytes == 3 << 16)
    pool.deallocate(pool.allocate(byteCount: 100), byteCount: 100)
    #expect(pool.idleBytes == 3 << 16)
  }
}
