import Foundation
import Synchronization
import TensorCore

/// Ctrl-C and SIGTERM: a request to stop at the next good place. The second one ends at once.
enum Interruption {
  private static let requests = Atomic<Int>(0)

  /// True once the user has asked to stop. Long loops look at it between steps.
  static var isRequested: Bool { requests.load(ordering: .relaxed) > 0 }

  /// Throws `Interrupted` once the user has asked to stop.
  static func check() throws(Interrupted) {
    if isRequested { throw Interrupted() }
  }

  /// Sets the handlers. SIGPIPE and SIGXFSZ are ignored: the write that meets a closed pipe or a
  /// full quota reports it, and is answered there.
  static func install() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    // The handler may do no more than touch an atomic that exists already, and `_exit`.
    _ = isRequested
    // Whoever started us may have blocked them (a thread pool's threads do), and we inherit that.
    var ours = sigset_t()
    sigemptyset(&ours)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&ours, number)
      signal(number) { _ in
        if Interruption.requests.wrappingAdd(1, ordering: .relaxed).oldValue > 0 {
          _exit(FailureKind.interrupted.rawValue)
        }
      }
    }
    pthread_sigmask(SIG_UNBLOCK, &ours, nil)
  }
}

/// The user asked to stop; what was done so far is saved by whoever throws this.
struct Interrupted: MienError {
  /// What was kept and how to go on.
  var remedy = "nothing of this command's output was written"
  var kind: FailureKind { .interrupted }
  var description: String { "interrupted; \(remedy)" }
}
