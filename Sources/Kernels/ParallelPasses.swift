internal import Synchronization

/// Runs passes one after the other: `body(pass, 0) … body(pass, items(pass) - 1)` in any order, on
/// up to `Workers.count` threads, and the next pass when all of that is done.
///
/// It is `parallelFor` for work in many small pieces: the threads are called once and not once a
/// pass. The items of a pass are shared out in as many runs as there are threads; a thread begins
/// with its own run, so that from pass to pass it meets what is in its own cache, and then takes
/// what others have left. It waits before a pass for the items of the one before, and those are
/// held by threads that are running, so that nobody waits for a thread that has not come yet.
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
  let done = Atomic<Int>(0)
  withTickets(passes: passes, threads: threads) { tickets in
    HelperThreads.run(threads) { thread in
      Workers.$isInsideLoop.withValue(true) {
        var end = 0
        for pass in 0..<passes {
          let count = items(pass)
          let start = end
          end += count
          // Whoever comes late finds whole passes done.
          if done.load(ordering: .acquiring) >= end { continue }
          spin(until: { done.load(ordering: .acquiring) >= start })
          var mine = 0
          for place in 0..<threads {
            let owner = place + thread < threads ? place + thread : place + thread - threads
            let (first, beyond) = (count * owner / threads, count * (owner + 1) / threads)
            while let item = tickets.take(pass, owner, first..<beyond) {
              body(pass, item)
              mine += 1
            }
          }
          if mine > 0, done.wrappingAdd(mine, ordering: .acquiringAndReleasing).newValue == end {
            finished?(pass)
          }
        }
      }
    }
  }
}

/// How many items of each pass's runs are taken, in a thread's own cache lines.
private struct Tickets: @unchecked Sendable {
  // Unchecked: all that is in the memory is atomic.
  private let base: UnsafeMutablePointer<Atomic<Int>>
  private let stride: Int

  static func count(passes: Int, threads: Int) -> Int { threads * stride(passes) }

  private static func stride(_ passes: Int) -> Int { (passes + 7) / 8 * 8 }

  init(_ memory: UnsafeMutableRawPointer, passes: Int, threads: Int) {
    stride = Self.stride(passes)
    base = memory.bindMemory(to: Atomic<Int>.self, capacity: threads * stride)
    for index in 0..<threads * stride { (base + index).initialize(to: Atomic(0)) }
  }

  /// The next item of a run; nil where all are taken.
  @inline(__always)
  func take(_ pass: Int, _ owner: Int, _ run: Range<Int>) -> Int? {
    let taken = base + owner * stride + pass
    // A look costs less than a try.
    guard taken.pointee.load(ordering: .relaxed) < run.count else { return nil }
    let place = taken.pointee.wrappingAdd(1, ordering: .relaxed).oldValue
    return place < run.count ? run.lowerBound + place : nil
  }
}

private func withTickets(passes: Int, threads: Int, _ body: (Tickets) -> Void) {
  let floats = MemoryLayout<Atomic<Int>>.stride / MemoryLayout<Float>.stride
  withScratch(floats * Tickets.count(passes: passes, threads: threads)) {
    body(Tickets(UnsafeMutableRawPointer($0), passes: passes, threads: threads))
  }
}
