import Dispatch

/// A bar for work that says how much of it is done; Ctrl-C ends the work between two steps.
///
/// It is there from the first word of the work on, for how large it is may be known only then.
final class WorkBar {
  private let (label, unit, console): (String, String, Console)
  private var bar: ProgressBar?
  private var shown = 0
  /// Its own first word may come late, when much is done.
  private let start = DispatchTime.now().uptimeNanoseconds

  init(_ label: String, unit: String, _ console: Console) {
    (self.label, self.unit, self.console) = (label, unit, console)
  }

  /// Shows that `done` of `total` are done. Throws `Interrupted` after Ctrl-C.
  func update(_ done: Int, of total: Int) throws {
    let bar =
      bar ?? ProgressBar(label, total: total, unit: unit, console: console, since: start)
    self.bar = bar
    bar.advance(by: done - shown)
    shown = done
    try Interruption.check()
  }

  /// The same for a share of `total`, in 0...1.
  func update(share: Double, of total: Int = 1000) throws {
    try update(Int(share * Double(total)), of: total)
  }

  /// Takes the bar away.
  func finish() { bar?.finish() }
}
