import Dispatch
import Foundation
import Synchronization

/// How many threads a `parallelFor` may use. Set once by the program (`--workers`); it never
/// changes a result, because every loop is cut into pieces by its sizes alone.
public enum Workers {
  private static let setting = Atomic<Int>(ProcessInfo.processInfo.activeProcessorCount)

  /// The number of threads, at least 1. Default: the active processors.
  public static var count: Int {
    get { setting.load(ordering: .relaxed) }
    set { setting.store(max(1, newValue), ordering: .relaxed) }
  }

  /// True on a thread that is already inside a `parallelFor`, where a nested loop runs serially.
  @TaskLocal static var isInsideLoop = false
}

/// Runs `body(0) … body(count - 1)`, in any order, on up to `Workers.count` threads.
///
/// Each call of `body` must write to memory that no other call reads or writes. A loop inside a
/// loop runs serially on its own thread, so that threads are never oversubscribed.
public func parallelFor(_ count: Int, _ body: (Int) -> Void) {
  let threads = min(Workers.count, count)
  guard threads > 1, !Workers.isInsideLoop else {
    for index in 0..<max(0, count) { body(index) }
    return
  }
  let next = Atomic<Int>(0)
  withoutActuallyEscaping(body) { body in
    let loop = LoopBody(run: body)
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      Workers.$isInsideLoop.withValue(true) {
        while true {
          let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
          if index >= count { return }
          loop.run(index)
        }
      }
    }
  }
}

/// Runs `body` on ranges that tile `0..<count`, each at most `grain` long. The ranges depend on
/// `count` and `grain` alone.
public func parallelFor(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
  let pieces = (count + grain - 1) / grain
  parallelFor(pieces) { piece in
    body(piece * grain..<min(count, (piece + 1) * grain))
  }
}

/// Carries a closure to the worker threads. Safe because `concurrentPerform` returns only after
/// all of them have ended, and callers write to disjoint memory.
private struct LoopBody: @unchecked Sendable {
  let run: (Int) -> Void
}
