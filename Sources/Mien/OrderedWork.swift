internal import Kernels
internal import Synchronization

/// Does `work(0) … work(count - 1)` on all threads, and hands the results over one at a time and in
/// order, each as soon as those before it were. So no more results wait than threads work, unless one
/// piece takes several times as long as others.
///
/// Of several failures the one of the lowest index decides, whichever came first in time; results
/// before it are still handed over. What `deliver` throws ends the work, too. A single piece of work
/// has all threads to itself.
func forEachInOrder<T>(
  _ count: Int, work: (_ index: Int) throws -> T, deliver: (_ index: Int, T) throws -> Void
) throws {
  let lowestFailure = Atomic<Int>(Int.max)
  let lock = Mutex(())
  // Touched by who has the lock.
  var (waiting, next) = ([Int: T](), 0)
  var failures: [Int: any Error] = [:]
  parallelFor(count) { index in
    if index > lowestFailure.load(ordering: .relaxed) { return }
    let outcome = Result { try work(index) }
    lock.withLock { _ in
      switch outcome {
      case .failure(let error):
        failures[index] = error
        lowestFailure.min(index, ordering: .relaxed)
      case .success(let value):
        waiting[index] = value
      }
      while let value = waiting.removeValue(forKey: next),
        next < lowestFailure.load(ordering: .relaxed)
      {
        do {
          try deliver(next, value)
        } catch {
          failures[next] = error
          lowestFailure.min(next, ordering: .relaxed)
        }
        next += 1
      }
    }
  }
  if let failure = failures.min(by: { $0.key < $1.key }) { throw failure.value }
}
