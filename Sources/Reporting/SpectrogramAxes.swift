internal import Foundation
internal import Imaging

/// The axes of a picture of a sound: time from left to right, and frequencies or named rows from the bottom
/// to the top.
public struct SpectrogramAxes: Sendable {
  /// A mark on an axis.
  public struct Tick: Sendable, Hashable {
    /// Where it is: 0 at the left or the bottom, 1 at the other end.
    public var place: Double
    /// What stands there.
    public var text: String

    /// A mark with its text.
    public init(place: Double, text: String) { (self.place, self.text) = (place, text) }
  }

  /// The numbers at the left and the right end.
  public var time: ClosedRange<Double>
  /// What the horizontal axis measures: `seconds`.
  public var timeLabel: String
  /// The marks of the vertical axis.
  public var ticks: [Tick]
  /// What the vertical axis measures: `Hz`; empty for rows whose marks are their names.
  public var label: String

  /// Axes over a span of time.
  public init(
    time: ClosedRange<Double>, timeLabel: String = "seconds", ticks: [Tick], label: String
  ) {
    (self.time, self.timeLabel, self.ticks, self.label) = (time, timeLabel, ticks, label)
  }

  /// The frequencies that are marked, of those that lie in the picture.
  public static let frequencies: [Double] = [125, 500, 1000, 2000, 4000, 8000, 16000]

  /// What the marks, the axis' name and the space between take at the left.
  func width(on canvas: Canvas) -> Double {
    let widest = ticks.map { canvas.extents(of: $0.text, size: Self.size).width }.max() ?? 0
    return 10 + widest + (label.isEmpty ? 0 : 22)
  }

  /// What is taken below a picture that has the numbers of the time.
  static let height = 42.0
  private static let size = 10.0

  /// Draws the marks around a picture; numbers of the time only where it is asked for.
  func draw(around plot: Rectangle, showsTime: Bool, on canvas: Canvas) {
    for tick in ticks {
      let y = plot.bottom - tick.place * plot.height
      canvas.line(Point(plot.x - 4, y), Point(plot.x, y), Palette.quiet, width: 0.7)
      canvas.text(tick.text, at: Point(plot.x - 7, y), size: Self.size, Palette.text, .right)
    }
    if !label.isEmpty {
      canvas.text(
        label, at: Point(plot.x - width(on: canvas) + 8, plot.center.y), size: 11, Palette.quiet,
        .center, angle: -.pi / 2)
    }
    let axis = Axis(covering: [time.lowerBound, time.upperBound], count: 7)
    let span = max(time.upperBound - time.lowerBound, .leastNormalMagnitude)
    for tick in axis.ticks where time.contains(tick) {
      let x = plot.x + plot.width * (tick - time.lowerBound) / span
      canvas.line(Point(x, plot.bottom), Point(x, plot.bottom + 4), Palette.quiet, width: 0.7)
      guard showsTime else { continue }
      canvas.text(
        axis.label(tick), at: Point(x, plot.bottom + 13), size: Self.size, Palette.text, .center)
    }
    guard showsTime else { return }
    canvas.text(
      timeLabel, at: Point(plot.center.x, plot.bottom + 30), size: 11, Palette.quiet, .center)
  }
}
