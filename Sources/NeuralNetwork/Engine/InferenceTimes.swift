internal import Dispatch
internal import Synchronization

/// Where the time of a run of an `InferencePlan` goes, step by step.
///
/// Where all threads share each step, a step's time is that between its beginning and its end.
/// Where a thread takes a piece of the batch through all steps, it is the threads' mean.
public final class InferenceTimes: Sendable {
  private let nanoseconds: Mutex<[UInt64]>
  private let names: [String]

  init(names: [String]) {
    self.names = names
    nanoseconds = Mutex([UInt64](repeating: 0, count: names.count))
  }

  /// The name of each step, and its milliseconds in all runs since the last reset.
  public var milliseconds: [(name: String, milliseconds: Double)] {
    nanoseconds.withLock { zip(names, $0.map { Double($0) * 1e-6 }).map { ($0, $1) } }
  }

  /// Forgets all runs so far.
  public func reset() {
    nanoseconds.withLock { for step in $0.indices { $0[step] = 0 } }
  }

  static func now() -> UInt64 { DispatchTime.now().uptimeNanoseconds }

  /// Adds to a step what has passed since `start`, as one of `threads` that work at the same time;
  /// gives the time.
  @discardableResult
  func add(_ step: Int, since start: UInt64, threads: Int = 1) -> UInt64 {
    let now = Self.now()
    nanoseconds.withLock { $0[step] += (now - start) / UInt64(threads) }
    return now
  }
}
