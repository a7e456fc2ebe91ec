import Synchronization
import TestSupport
import Testing

@testable import Kernels

@Suite("Parallel passes", .serialized) struct ParallelPassesTests {
  @Test("every item runs once, and no pass begins before the one before it has ended")
  func order() {
    let items = [5, 0, 1, 40, 3, 0, 2]
    let starts = items.indices.map { items[..<$0].reduce(0, +) }
    let total = items.reduce(0, +)
    let before = Workers.count
    defer { Workers.count = before }
    for workers in [1, 2, 3, 8] {
      Workers.count = workers
      for _ in 0..<200 {
        let finished = Atomic<Int>(0)
        let early = Atomic<Int>(0)
        let runs = (0..<total).map { _ in 0 }
        let counts = UnsafeMutableBufferPointer<Int>.allocate(capacity: total)
        defer { counts.deallocate() }
        _ = counts.initialize(from: runs)
        parallelPasses(items.count, items: { items[$0] }) { pass, item in
          if finished.load(ordering: .acquiring) < starts[pass] {
            early.wrappingAdd(1, ordering: .relaxed)
          }
          counts[starts[pass] + item] += 1
          finished.wrappingAdd(1, ordering: .releasing)
        }
        #expect(early.load(ordering: .relaxed) == 0)
        #expect(counts.allSatisfy { $0 == 1 })
      }
    }
  }
}
