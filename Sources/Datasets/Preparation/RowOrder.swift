internal import Foundation
internal import Kernels

/// Lets pieces of a source that threads finish in any order through in their own order, one at a
/// time. Who is far ahead of the others waits, so that few pieces are held in memory.
final class RowOrder<Piece>: @unchecked Sendable {
  // Unchecked: the condition guards what changes.
  private let condition = NSCondition()
  private let take: (Piece) throws -> Void
  private let mostAhead = 4 + 2 * Workers.count
  private var waiting: [Int: Piece] = [:]
  private var next = 0
  private var isTaking = false
  private var hasFailed = false

  /// - Parameter take: called with each piece, in order.
  init(_ take: @escaping (Piece) throws -> Void) { self.take = take }

  /// Hands in piece `index` (from 0). Throws what `take` throws.
  func put(_ index: Int, _ piece: Piece) throws {
    condition.lock()
    defer { condition.unlock() }
    // The next piece is in the hands of a thread that is running, so this ends.
    while index > next + mostAhead, !hasFailed { condition.wait() }
    waiting[index] = piece
    guard !isTaking, !hasFailed else { return }
    isTaking = true
    defer { isTaking = false }
    while let piece = waiting.removeValue(forKey: next) {
      condition.unlock()
      let outcome = Result { try take(piece) }
      condition.lock()
      next += 1
      if case .failure = outcome { hasFailed = true }
      condition.broadcast()
      try outcome.get()
    }
  }

  /// Wakes those who wait for a piece that will not come.
  func fail() {
    condition.lock()
    hasFailed = true
    condition.broadcast()
    condition.unlock()
  }
}
