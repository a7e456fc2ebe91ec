internal import Foundation
internal import Kernels

/// Works on the pieces of a source in parallel, where a part of the work has to go in their order.
///
/// A piece is read; it is summed up and parsed, whichever comes first; what was parsed is taken. Pieces
/// are summed up one at a time and in order, and so they are taken. Whoever is free does what the others
/// wait for: the next sum before all else, for it is the longest chain, and a new piece last. So few
/// pieces are held in memory, and nobody waits while there is something to do.
final class PieceLine<Text, Rows>: @unchecked Sendable {
  // Unchecked: the condition guards what changes; a text is only read, and rows belong to who has them.

  /// The work on a piece.
  struct Steps {
    let read: (Int) throws -> Text
    let sum: (Text) throws -> Void
    let parse: (Int, Text) throws -> Rows
    let take: (Rows) throws -> Void
  }

  /// Why it ended before its end: the failure of the first piece that had one.
  struct Failure {
    let index: Int
    let error: any Error
  }

  private enum Step {
    case read(Int)
    case sum(Int, Text)
    case parse(Int, Text)
    case take(Int, Rows)
  }

  private let count: Int
  private let steps: Steps
  private let mostAhead = 2 + 2 * Workers.count
  private let condition = NSCondition()
  /// What was read and has not been summed up, and not been parsed; what was parsed and not taken.
  private var unsummed: [Int: Text] = [:]
  private var unparsed: [(index: Int, text: Text)] = []
  private var untaken: [Int: Rows] = [:]
  /// The next pieces of each step.
  private var (nextRead, nextSum, nextTake) = (0, 0, 0)
  private var (isSumming, isTaking) = (false, false)
  private var failure: Failure?

  private init(_ count: Int, _ steps: Steps) { (self.count, self.steps) = (count, steps) }

  /// Does all steps of pieces `0 ..< count`. Where one fails all pieces before it are still parsed.
  static func run(_ count: Int, _ steps: Steps) -> Failure? {
    let line = PieceLine(count, steps)
    parallelFor(Workers.count) { _ in line.work() }
    return line.failure
  }

  private func work() {
    condition.lock()
    defer { condition.unlock() }
    while !isOver {
      guard let step = nextStep() else {
        condition.wait()
        continue
      }
      condition.unlock()
      let outcome = Result { try perform(step) }
      condition.lock()
      finish(step, outcome)
      condition.broadcast()
    }
  }

  /// The pieces that are worked on: all, or those before the one that failed.
  private var end: Int { failure?.index ?? count }

  /// Whether nothing is left to begin; what others are at is theirs to end.
  private var isOver: Bool {
    if failure == nil { return nextSum == count && nextTake == count }
    return nextRead >= end && !unparsed.contains { $0.index < end }
  }

  /// Takes what is to be done next, nil where all waits for what others are at.
  private func nextStep() -> Step? {
    if failure == nil {
      if !isSumming, let text = unsummed.removeValue(forKey: nextSum) {
        isSumming = true
        return .sum(nextSum, text)
      }
      if !isTaking, let rows = untaken.removeValue(forKey: nextTake) {
        isTaking = true
        return .take(nextTake, rows)
      }
    }
    if let place = unparsed.firstIndex(where: { $0.index < end }) {
      let (index, text) = unparsed.remove(at: place)
      return .parse(index, text)
    }
    if nextRead < end, failure != nil || nextRead < min(nextSum, nextTake) + mostAhead {
      nextRead += 1
      return .read(nextRead - 1)
    }
    return nil
  }

  /// What a step gives.
  private enum Product {
    case text(Text)
    case rows(Rows)
    case nothing
  }

  private func perform(_ step: Step) throws -> Product {
    switch step {
    case .read(let index): return .text(try steps.read(index))
    case .parse(let index, let text): return .rows(try steps.parse(index, text))
    case .sum(_, let text): try steps.sum(text)
    case .take(_, let rows): try steps.take(rows)
    }
    return .nothing
  }

  private func finish(_ step: Step, _ outcome: Result<Product, any Error>) {
    let index: Int
    switch step {
    case .read(let piece), .parse(let piece, _): index = piece
    case .sum(let piece, _):
      index = piece
      isSumming = false
      nextSum += 1
    case .take(let piece, _):
      index = piece
      isTaking = false
      nextTake += 1
    }
    switch outcome {
    case .success(.text(let text)):
      unsummed[index] = text
      unparsed.append((index, text))
    case .success(.rows(let rows)): untaken[index] = rows
    case .success(.nothing): break
    case .failure(let error):
      if index < end { failure = Failure(index: index, error: error) }
    }
  }
}
