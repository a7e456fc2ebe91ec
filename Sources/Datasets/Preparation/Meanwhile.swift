internal import Foundation
internal import Kernels

/// A value that is found on a thread of its own while others go on with their work; with one worker
/// it is found at once.
final class Meanwhile<Value: Sendable>: @unchecked Sendable {
  // Unchecked: the condition guards the outcome.
  private let condition = NSCondition()
  private var outcome: Result<Value, any Error>?

  /// A value that is known.
  init(_ value: Value) { outcome = .success(value) }

  /// Begins to find the value.
  init(_ find: @escaping @Sendable () throws -> Value) {
    guard Workers.count > 1 else {
      outcome = Result(catching: find)
      return
    }
    Thread.detachNewThread {
      let found = Result(catching: find)
      self.condition.lock()
      self.outcome = found
      self.condition.broadcast()
      self.condition.unlock()
    }
  }

  /// The value, when it is there. Throws what finding it threw.
  func get() throws -> Value {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let outcome { return try outcome.get() }
      condition.wait()
    }
  }
}
