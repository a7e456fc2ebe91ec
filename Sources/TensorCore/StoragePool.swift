import Synchronization

/// Memory of dead tensors, kept for the next ones of the same size.
///
/// A training step makes the same large tensors again and again. Fresh memory would come from the
/// system each time, page by page and zeroed, which took a third of the time of an element-wise
/// layer.
final class StoragePool: Sendable {
  /// The pool that all tensors share.
  static let shared = StoragePool(idleLimit: 512 << 20)

  /// Smaller blocks are left to the allocator, which is good at them.
  static let smallest = 1 << 16

  /// A block on its way through the lock. `@unchecked Sendable` is safe, for whoever holds it is
  /// its only owner.
  private struct Block: @unchecked Sendable {
    let address: UnsafeMutableRawPointer
  }
  private struct Idle {
    /// Free blocks by their size in bytes.
    var blocks: [Int: [Block]] = [:]
    var bytes = 0
  }
  private let idle = Mutex(Idle())
  private let idleLimit: Int

  /// A pool that keeps at most `idleLimit` bytes unused.
  init(idleLimit: Int) { self.idleLimit = idleLimit }

  /// Bytes that are kept unused.
  var idleBytes: Int { idle.withLock { $0.bytes } }

  /// Uninitialised memory on a 64-byte boundary.
  func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
    if byteCount >= Self.smallest {
      let block: Block? = idle.withLock { idle in
        guard let block = idle.blocks[byteCount]?.popLast() else { return nil }
        idle.bytes -= byteCount
        return block
      }
      if let block { return block.address }
    }
    return .allocate(byteCount: byteCount, alignment: 64)
  }

  /// Takes back what `allocate` gave.
  func deallocate(_ block: UnsafeMutableRawPointer, byteCount: Int) {
    let returned = Block(address: block)
    let isKept =
      byteCount >= Self.smallest
      && idle.withLock { idle in
        guard idle.bytes + byteCount <= idleLimit else { return false }
        idle.blocks[byteCount, default: []].append(returned)
        idle.bytes += byteCount
        return true
      }
    if !isKept { block.deallocate() }
  }

  deinit {
    idle.withLock { idle in
      for block in idle.blocks.values.joined() { block.address.deallocate() }
    }
  }
}
