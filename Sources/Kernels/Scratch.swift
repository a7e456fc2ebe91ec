internal import Synchronization

/// Lends `count` uninitialised floats, on a 64-byte boundary, for the length of the closure.
///
/// The memory comes from a pool and goes back to it, so a training step that repeats itself
/// allocates nothing after its first round. The pool holds as many blocks as were ever in use at
/// once, and a block that is too small makes room for the larger one that replaces it.
public func withScratch<Result>(
  _ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Result
) -> Result {
  let block = ScratchPool.take(count)
  defer { ScratchPool.giveBack(block) }
  return body(block.base)
}

private struct ScratchBlock: @unchecked Sendable {
  let base: UnsafeMutablePointer<Float>
  let count: Int

  init(count: Int) {
    base = allocateFloats(max(1, count))
    self.count = count
  }
}

/// The blocks that were ever allocated for `withScratch`: tests see by it that work that repeats
/// itself allocates nothing.
var scratchBlocksMade: Int { ScratchPool.made.load(ordering: .relaxed) }

private enum ScratchPool {
  static let made = Atomic<Int>(0)
  /// The blocks that nobody uses, smallest first.
  private static let idle = Mutex<[ScratchBlock]>([])

  /// The smallest block that is large enough.
  static func take(_ count: Int) -> ScratchBlock {
    let (block, outgrown) = idle.withLock { blocks -> (ScratchBlock?, ScratchBlock?) in
      if let index = blocks.firstIndex(where: { $0.count >= count }) {
        return (blocks.remove(at: index), nil)
      }
      return (nil, blocks.popLast())
    }
    outgrown?.base.deallocate()
    if let block { return block }
    made.wrappingAdd(1, ordering: .relaxed)
    return ScratchBlock(count: count)
  }

  static func giveBack(_ block: ScratchBlock) {
    idle.withLock { blocks in
      blocks.insert(block, at: blocks.firstIndex { $0.count >= block.count } ?? blocks.endIndex)
    }
  }
}
