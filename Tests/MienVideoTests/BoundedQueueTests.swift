import Foundation
import Testing

@testable import MienVideo

@Suite struct BoundedQueueTests {
  @Test("values come in order, each once") func order() throws {
    let queue = BoundedQueue<Int>(capacity: 3)
    Thread.detachNewThread {
      for value in 0..<1000 { _ = queue.add(value) }
      queue.finish()
    }
    var taken: [Int] = []
    while let value = try queue.next() { taken.append(value) }
    #expect(taken == Array(0..<1000))
  }

  @Test("an error comes after the values before it; who takes no more stops who adds")
  func ends() throws {
    struct Broken: Error {}
    let queue = BoundedQueue<Int>(capacity: 2)
    #expect(queue.add(1))
    queue.finish(throwing: Broken())
    #expect(!queue.add(2))
    let first = try queue.next()
    #expect(first == 1)
    #expect(throws: Broken.self) { _ = try queue.next() }

    let full = BoundedQueue<Int>(capacity: 1)
    // What finds no room is dropped.
    #expect(full.add(1) && full.offer(2))
    let stopped = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      if !full.add(3) { stopped.signal() }
    }
    full.abandon()
    #expect(stopped.wait(timeout: .now() + 10) == .success)
    let last = try full.next()
    #expect(last == nil)
  }
}
