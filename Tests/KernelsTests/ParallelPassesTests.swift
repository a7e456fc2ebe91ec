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

  @Test("the end of a pass is told once, after its last item")
  func finished() {
    let items = [3, 0, 17, 1]
    let before = Workers.count
    defer { Workers.count = before }
    for workers in [1, 2, 3, 8] {
      Workers.count = workers
      for _ in 0..<100 {
        let done = Atomic<Int>(0)
        let told = Mutex<[Int]>([])
        let early = Atomic<Int>(0)
        parallelPasses(
          items.count, items: { items[$0] },
          finished: { pass in
            // Others may be at the next pass by now.
            if done.load(ordering: .acquiring) < items[...pass].reduce(0, +) {
              early.wrappingAdd(1, ordering: .relaxed)
            }
            told.withLock { $0.append(pass) }
          }
        ) { _, _ in done.wrappingAdd(1, ordering: .releasing) }
        #expect(early.load(ordering: .relaxed) == 0)
        #expect(told.withLock { $0 }.sorted() == [0, 2, 3])
      }
    }
  }

  @Test("several callers at once, also after the helpers have gone to sleep")
  func severalCallers() async {
    let before = Workers.count
    defer { Workers.count = before }
    Workers.count = 3
    for pause in [0, 1, 5] {
      await withTaskGroup(of: Int.self) { group in
        for _ in 0..<6 {
          group.addTask {
            (0..<50).reduce(0) { total, _ in
              let sum = Atomic<Int>(0)
              parallelPasses(4, items: { _ in 9 }) { pass, item in
                sum.wrappingAdd(9 * pass + item, ordering: .relaxed)
              }
              return total + sum.load(ordering: .relaxed)
            }
          }
        }
        for await total in group { #expect(total == 50 * 35 * 36 / 2) }
      }
      try? await Task.sleep(for: .milliseconds(pause))
    }
  }
}
