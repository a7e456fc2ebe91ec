internal import Foundation

/// Hands values from one thread to another, at most `capacity` waiting: who is faster waits, so that
/// memory does not grow.
final class BoundedQueue<Element>: @unchecked Sendable {
  private let condition = NSCondition()
  private let capacity: Int
  private var waiting: [Element] = []
  private var isFinished = false
  private var failure: (any Error)?

  init(capacity: Int) { self.capacity = capacity }

  /// Adds a value when there is room; false where nobody takes any more.
  func add(_ value: sending Element) -> Bool {
    condition.withLock {
      while waiting.count >= capacity && !isFinished { condition.wait() }
      if isFinished { return false }
      waiting.append(value)
      condition.broadcast()
      return true
    }
  }

  /// Adds a value if there is room at once, else drops it; false where nobody takes any more.
  func offer(_ value: sending Element) -> Bool {
    condition.withLock {
      if isFinished { return false }
      if waiting.count < capacity {
        waiting.append(value)
        condition.broadcast()
      }
      return true
    }
  }

  /// The next value when there is one; nil when all were taken and none will come. Throws what
  /// `finish` was given, after all values that came before.
  func next() throws -> Element? {
    try condition.withLock {
      while waiting.isEmpty && !isFinished { condition.wait() }
      if waiting.isEmpty {
        if let failure { throw failure }
        return nil
      }
      let value = waiting.removeFirst()
      condition.broadcast()
      return value
    }
  }

  /// No value will come after those that wait.
  func finish(throwing error: (any Error)? = nil) {
    condition.withLock {
      if !isFinished { failure = error }
      isFinished = true
      condition.broadcast()
    }
  }

  /// Nobody takes any more: what waits is dropped.
  func abandon() {
    condition.withLock {
      isFinished = true
      waiting.removeAll()
      condition.broadcast()
    }
  }
}

/// A value that another thread will have found.
final class Promise<Value: Sendable>: @unchecked Sendable {
  private let condition = NSCondition()
  private var result: Result<Value, any Error>?

  func keep(_ result: Result<Value, any Error>) {
    condition.withLock {
      self.result = result
      condition.broadcast()
    }
  }

  func value() throws -> Value {
    try condition.withLock {
      while true {
        if let result { return try result.get() }
        condition.wait()
      }
    }
  }
}
