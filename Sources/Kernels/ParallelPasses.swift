internal import Dispatch
internal import Foundation
internal import Synchronization

/// Runs passes one after the other: `body(pass, 0) … body(pass, items(pass) - 1)` in any order, on
/// up to `Workers.count` threads, and the next pass when all of that is done.
///
/// It is `parallelFor` for work in many small pieces: the threads are called once and not once a
/// pass. They take the items of all passes in turn, from one row of tickets. Who holds a ticket of
/// a later pass waits for those before it, and those are held by threads that are running, so that
/// nobody waits for a thread that has not come yet. Nobody waits after the last ticket is taken.
///
/// - Parameter finished: called once a pass that has items, by the thread that did its last one.
public func parallelPasses(
  _ passes: Int, items: (_ pass: Int) -> Int, finished: ((_ pass: Int) -> Void)? = nil,
  _ body: (_ pass: Int, _ item: Int) -> Void
) {
  let threads = Workers.count
  guard threads > 1, !Workers.isInsideLoop else {
    for pass in 0..<passes {
      let count = items(pass)
      for item in 0..<count { body(pass, item) }
      if count > 0 { finished?(pass) }
    }
    return
  }
  let next = Atomic<Int>(0)
  let done = Atomic<Int>(0)
  let ended = finished ?? { _ in }
  withoutActuallyEscaping(items) { items in
    withoutActuallyEscaping(body) { body in
      let loop = PassBody(items: items, run: body, finished: ended)
      DispatchQueue.concurrentPerform(iterations: threads) { _ in
        Workers.$isInsideLoop.withValue(true) {
          // The pass of this thread's next ticket, and the pass's tickets.
          var (pass, first, end) = (-1, 0, 0)
          while true {
            let ticket = next.wrappingAdd(1, ordering: .relaxed).oldValue
            while ticket >= end {
              pass += 1
              if pass == passes { return }
              (first, end) = (end, end + loop.items(pass))
            }
            var waits = 0
            while done.load(ordering: .acquiring) < first {
              // About a microsecond of looking, then the processor is offered to others.
              waits += 1
              if waits > 1000 { sched_yield() }
            }
            loop.run(pass, ticket - first)
            if done.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue == end {
              loop.finished(pass)
            }
          }
        }
      }
    }
  }
}

/// Carries the closures to the threads. Safe for the reason that `parallelFor` gives.
private struct PassBody: @unchecked Sendable {
  let items: (Int) -> Int
  let run: (Int, Int) -> Void
  let finished: (Int) -> Void
}
