internal import Dispatch
internal import Foundation
internal import Synchronization

/// Threads that stand by for work of less than a millisecond.
///
/// Waking a sleeping thread takes tens of microseconds, of a virtual machine's idle processor more:
/// a tenth of the time in which a network answers. So a helper looks out for the next call for a
/// while before it goes to sleep, and one that has not come in time is not waited for.
enum HelperThreads {
  /// How long a helper looks out for work.
  private static let vigil: UInt64 = 100_000  // nanoseconds

  private static let isTaken = Atomic<Bool>(false)
  /// Only touched by who has taken them.
  nonisolated(unsafe) private static var helpers: [Helper] = []
  private static let processors = ProcessInfo.processInfo.activeProcessorCount

  /// Calls `body(0)` on this thread and `body(1) … body(threads - 1)` on others if they come before
  /// it has returned. Returns when all that were begun have ended.
  ///
  /// Whoever calls while others are being helped is given threads of the system.
  static func run(_ threads: Int, _ body: (_ thread: Int) -> Void) {
    guard !isTaken.exchange(true, ordering: .acquiring) else {
      withoutActuallyEscaping(body) { body in
        let job = Job(run: body)
        DispatchQueue.concurrentPerform(iterations: threads) { job.run($0) }
      }
      return
    }
    defer { isTaken.store(false, ordering: .releasing) }
    while helpers.count < threads - 1 { helpers.append(Helper()) }
    withoutActuallyEscaping(body) { body in
      let job = Job(run: body)
      for index in 1..<threads {
        helpers[index - 1].submit(job, index, vigil: threads <= processors ? vigil : 0)
      }
      body(0)
      for index in 1..<threads { helpers[index - 1].dismiss() }
    }
  }

  /// Carries the closure to the threads. Safe because `run` returns after all of them have left it.
  private struct Job: @unchecked Sendable {
    let run: (Int) -> Void
  }

  private final class Helper: @unchecked Sendable {
    // Unchecked: the job belongs to the caller while the state is idle or asleep, and to the helper
    // from the moment it makes "called" into "working".
    private static var idle: Int { 0 }
    private static var called: Int { 1 }
    private static var working: Int { 2 }
    private static var asleep: Int { 3 }

    private let state = Atomic<Int>(0)
    private let alarm = DispatchSemaphore(value: 0)
    private var job: Job?
    private var index = 0
    private var vigil: UInt64 = 0

    init() {
      Thread.detachNewThread { self.serve() }
    }

    func submit(_ job: Job, _ index: Int, vigil: UInt64) {
      (self.job, self.index, self.vigil) = (job, index, vigil)
      if state.exchange(Self.called, ordering: .acquiringAndReleasing) == Self.asleep {
        alarm.signal()
      }
    }

    /// Takes the call back or, where the helper has come, waits for its end.
    func dismiss() {
      let (withdrawn, _) = state.compareExchange(
        expected: Self.called, desired: Self.idle, ordering: .acquiringAndReleasing)
      if !withdrawn {
        spin(until: { state.load(ordering: .acquiring) != Self.working })
      }
      job = nil
    }

    private func serve() {
      var end: UInt64 = 0
      while true {
        // The clock is looked at now and then, for it takes longer than the state.
        for _ in 0..<64 {
          let (isCalled, _) = state.weakCompareExchange(
            expected: Self.called, desired: Self.working, ordering: .acquiringAndReleasing)
          if isCalled {
            work()
            end = DispatchTime.now().uptimeNanoseconds + vigil
            state.store(Self.idle, ordering: .releasing)
          }
        }
        if DispatchTime.now().uptimeNanoseconds >= end,
          state.compareExchange(
            expected: Self.idle, desired: Self.asleep, ordering: .acquiringAndReleasing
          ).exchanged
        {
          alarm.wait()
        }
      }
    }

    /// Never inlined: when it returns, nothing of the caller's closure is held.
    @inline(never)
    private func work() { job?.run(index) }
  }
}

/// Waits for something that another thread is about to do: about a microsecond of looking, then the
/// processor is offered to others between looks.
func spin(until isReady: () -> Bool) {
  var looks = 0
  while !isReady() {
    looks += 1
    if looks > 1000 { sched_yield() }
  }
}
