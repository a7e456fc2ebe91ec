internal import Foundation

/// Brings written files to the disk while their writer goes on with other work.
///
/// Waiting for a disk takes no processor, so files wait on threads of their own, a few at a time:
/// file systems write the journal once for all that wait together. Threads may add at once.
public final class FileSync: @unchecked Sendable {
  // Unchecked: the condition guards what changes.
  private static let mostThreads = 4

  private let condition = NSCondition()
  private var waiting: [(descriptor: Int32, path: String)] = []
  private var threads = 0
  private var failure: FileError?

  /// Nothing to do yet.
  public init() {}

  /// Takes over an open file: syncs and closes it, soon.
  func add(_ descriptor: Int32, path: String) {
    condition.lock()
    defer { condition.unlock() }
    waiting.append((descriptor, path))
    guard threads < Self.mostThreads else { return }
    threads += 1
    Thread.detachNewThread { self.work() }
  }

  /// Returns when all files added so far are on disk. Throws `FileError.cannotWrite` where one of
  /// them is not.
  public func finish() throws {
    condition.lock()
    defer { condition.unlock() }
    while threads > 0 { condition.wait() }
    if let failure { throw failure }
  }

  private func work() {
    condition.lock()
    while let (descriptor, path) = waiting.popLast() {
      condition.unlock()
      let isSynced = fsync(descriptor) == 0
      let reason = systemReason()
      close(descriptor)
      condition.lock()
      if !isSynced, failure == nil { failure = .cannotWrite(path: path, reason: reason) }
    }
    threads -= 1
    condition.broadcast()
    condition.unlock()
  }
}
