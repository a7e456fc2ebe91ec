/// Where buffers lie in one block of memory, so that those that are never needed at the same time
/// share it.
///
/// The largest buffer is placed first, each at the lowest offset where it overlaps none that is
/// placed already and lives while it does (Pisarchyk and Lee 2020, "greedy by size",
/// DOI 10.48550/arXiv.2001.03288). Where nothing can be shared, that is their sum.
struct MemoryPlan: Sendable {
  /// What is to be placed.
  struct Buffer: Hashable, Sendable {
    /// Its floats.
    let count: Int
    /// The first and the last moment at which it is written or read.
    let lifetime: ClosedRange<Int>
  }

  /// Buffers begin on 64-byte boundaries: a cache line, and the widest SIMD register.
  static let alignment = 16

  /// The first float of every buffer, in the order they were given.
  let offsets: [Int]
  /// The floats of the whole block.
  let count: Int

  /// Places the buffers.
  init(_ buffers: [Buffer]) {
    var offsets = [Int](repeating: 0, count: buffers.count)
    var placed: [Int] = []  // by their offsets
    let bySize = buffers.indices.sorted {
      (buffers[$0].count, $1) > (buffers[$1].count, $0)
    }
    for index in bySize {
      let buffer = buffers[index]
      var offset = 0
      for other in placed where buffers[other].lifetime.overlaps(buffer.lifetime) {
        if offset + buffer.count <= offsets[other] { break }
        offset = max(offset, Self.aligned(offsets[other] + buffers[other].count))
      }
      offsets[index] = offset
      let place = placed.firstIndex { offsets[$0] > offset } ?? placed.endIndex
      placed.insert(index, at: place)
    }
    self.offsets = offsets
    count = buffers.indices.map { Self.aligned(offsets[$0] + buffers[$0].count) }.max() ?? 0
  }

  private static func aligned(_ count: Int) -> Int {
    (count + alignment - 1) / alignment * alignment
  }
}
