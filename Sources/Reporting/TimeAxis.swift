internal import Foundation

/// An axis of a span of time with round marks: seconds, and of more than two minutes `min:s` or `h:min:s`.
struct TimeAxis {
  /// The seconds at the ends.
  let range: ClosedRange<Double>
  /// The seconds that are marked.
  let ticks: [Double]
  /// What the marks are written in.
  let label: String
  private let seconds: Axis
  private let isLong: Bool

  /// The longest span that is told in seconds alone.
  private static let longest = 120.0
  /// What lies between marks of a longer one, in seconds.
  private static let steps: [Double] = [15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400]

  /// An axis with about `count` marks.
  init(_ range: ClosedRange<Double>, count: Int) {
    self.range = range
    seconds = Axis(covering: [range.lowerBound, range.upperBound], count: count)
    isLong = range.upperBound > Self.longest
    guard isLong else {
      (ticks, label) = (seconds.ticks.filter(range.contains), "seconds")
      return
    }
    let rough = (range.upperBound - range.lowerBound) / Double(max(1, count))
    // Beyond the longest step whole days of it.
    let step = Self.steps.first { $0 >= rough } ?? (rough / 86400).rounded(.up) * 86400
    let first = (range.lowerBound / step).rounded(.up)
    let last = (range.upperBound / step).rounded(.down)
    ticks = first <= last ? stride(from: first, through: last, by: 1).map { $0 * step } : []
    label = range.upperBound >= 3600 ? "h:min:s" : "min:s"
  }

  /// Where a time lies: 0 at the beginning, 1 at the end.
  func share(_ time: Double) -> Double {
    (time - range.lowerBound) / max(range.upperBound - range.lowerBound, 1e-9)
  }

  /// What stands beside a mark.
  func text(_ time: Double) -> String {
    guard isLong else { return seconds.label(time) }
    let whole = Int(time.rounded())
    let (minutes, rest) = whole.quotientAndRemainder(dividingBy: 60)
    return range.upperBound >= 3600
      ? String(format: "%d:%02d:%02d", minutes / 60, minutes % 60, rest)
      : String(format: "%d:%02d", minutes, rest)
  }
}
