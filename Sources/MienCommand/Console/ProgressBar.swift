import Dispatch
import Foundation
import Synchronization

/// How far a piece of work is, on the last line of a terminal; nothing where stderr is none.
/// May be advanced from several threads.
final class ProgressBar: Sendable {
  private struct State {
    var done = 0
    var lastDrawn: UInt64 = 0
    var suffix = ""
  }
  private static let interval: UInt64 = 100_000_000  // nanoseconds between drawings

  private let label: String
  private let total: Int
  private let unit: String
  private let console: Console
  private let start: UInt64
  private let state = Mutex(State())

  /// A bar of `total` steps; `unit` names a step in the plural: "rows". The work began `start`
  /// nanoseconds after the machine did.
  init(
    _ label: String, total: Int, unit: String, console: Console,
    since start: UInt64 = DispatchTime.now().uptimeNanoseconds
  ) {
    (self.label, self.total, self.unit, self.console) = (label, total, unit, console)
    self.start = start
  }

  /// Goes on by some steps; `suffix` follows the figures ("loss 1.234").
  func advance(by steps: Int = 1, suffix: String? = nil) {
    guard console.showsProgress else { return }
    let now = DispatchTime.now().uptimeNanoseconds
    let line: String? = state.withLock { state in
      state.done += steps
      if let suffix { state.suffix = suffix }
      guard now - state.lastDrawn >= Self.interval || state.done >= total else { return nil }
      state.lastDrawn = now
      return Self.line(
        label: label, done: state.done, total: total, unit: unit,
        seconds: Double(now - start) * 1e-9, suffix: state.suffix, width: console.width)
    }
    if let line { console.showTransient(line) }
  }

  /// Takes the bar away.
  func finish() { console.showTransient("") }

  /// The line: `train [######....] 60% 600/1000 rows, 120 rows/s, 3 s left, loss 1.2`; cut to `width`.
  static func line(
    label: String, done: Int, total: Int, unit: String, seconds: Double, suffix: String,
    width: Int
  ) -> String {
    let share = total > 0 ? min(1, Double(done) / Double(total)) : 1
    let rate = seconds > 0 ? Double(done) / seconds : 0
    var figures = "\(Int(share * 100))% \(done)/\(total) \(unit)"
    if rate > 0 {
      figures += String(format: rate < 10 ? ", %.1f" : ", %.0f", rate) + " \(unit)/s"
      figures += ", \(humanDuration(seconds: Double(max(0, total - done)) / rate)) left"
    }
    if !suffix.isEmpty { figures += ", \(suffix)" }
    let cells = min(30, width - 1 - label.count - figures.count - 4)
    let full = Int(share * Double(max(0, cells)))
    let bar =
      cells < 5
      ? ""
      : "[\(String(repeating: "#", count: full))\(String(repeating: ".", count: cells - full))] "
    return String("\(label) \(bar)\(figures)".prefix(max(0, width - 1)))
  }
}
