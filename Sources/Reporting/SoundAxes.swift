internal import Foundation
internal import Imaging

/// The axes of a picture of a sound: time from left to right, and frequencies or named rows from the bottom
/// to the top.
public struct SoundAxes: Sendable, Hashable {
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
  /// The marks of the vertical axis, from below.
  public var ticks: [Tick]
  /// What the vertical axis measures: `Hz`; empty for rows whose marks are their names.
  public var label: String
  /// What of the time is of a recording, where silence was put around it; nil where all is.
  public var heard: ClosedRange<Double>?

  /// Axes over a span of time.
  public init(
    time: ClosedRange<Double>, timeLabel: String = "seconds", ticks: [Tick], label: String
  ) {
    (self.time, self.timeLabel, self.ticks, self.label) = (time, timeLabel, ticks, label)
  }

  /// The frequencies that are marked, of those that lie in the picture.
  public static let frequencies: [Double] = [125, 500, 1000, 2000, 4000, 8000, 16000]

  /// What the hatched parts of a picture are.
  public static let addedInWords = "hatched: silence that was added"

  /// How large axes are drawn.
  struct Style: Sendable {
    /// Sizes of the letters of the marks and of what axes measure.
    let size, labelSize: Double
    /// What names may take; longer ones are cut.
    let longest: Double
    /// About how many marks the time has.
    let timeMarks: Int

    /// Around a figure of its own.
    static let large = Style(size: 10, labelSize: 11, longest: 160, timeMarks: 7)
    /// Around one of several small pictures.
    static let small = Style(size: 9, labelSize: 9, longest: 104, timeMarks: 4)

    /// What is taken below a picture that has the numbers of the time.
    var height: Double { size + 2 * labelSize + 10 }
    /// The least height that each of so many marks needs.
    var line: Double { size + 2 }
  }

  /// What the marks, the axis' name and the space between take at the left.
  func width(_ style: Style, on canvas: Canvas) -> Double {
    let widest = ticks.map { canvas.extents(of: $0.text, size: style.size).width }.max() ?? 0
    return min(widest, style.longest) + 10 + (label.isEmpty ? 0 : style.labelSize + 9)
  }

  /// Draws the marks around a picture; numbers of the time only where it is asked for. Of marks that would touch the
  /// upper one is left out.
  func draw(
    around plot: Rectangle, _ style: Style = .large, showsTime: Bool = true, on canvas: Canvas
  ) {
    drawAdded(over: plot, style, on: canvas)
    var last = Double.infinity
    for tick in ticks {
      let y = plot.bottom - tick.place * plot.height
      guard last - y >= style.size else { continue }
      last = y
      canvas.line(Point(plot.x - 4, y), Point(plot.x, y), Palette.quiet, width: 0.7)
      canvas.text(
        canvas.fitted(tick.text, width: style.longest, size: style.size, cut: .middle),
        at: Point(plot.x - 7, y), size: style.size, Palette.text, .right)
    }
    if !label.isEmpty {
      canvas.text(
        label, at: Point(plot.x - width(style, on: canvas) + style.labelSize - 3, plot.center.y),
        size: style.labelSize, Palette.quiet, .center, angle: -.pi / 2)
    }
    let axis = Axis(covering: [time.lowerBound, time.upperBound], count: style.timeMarks)
    let span = max(time.upperBound - time.lowerBound, .leastNormalMagnitude)
    for tick in axis.ticks where time.contains(tick) {
      let x = plot.x + plot.width * (tick - time.lowerBound) / span
      canvas.line(Point(x, plot.bottom), Point(x, plot.bottom + 4), Palette.quiet, width: 0.7)
      guard showsTime else { continue }
      canvas.text(
        (tick < 0 ? "−" : "") + axis.label(abs(tick)),
        at: Point(x, plot.bottom + style.size + 3), size: style.size, Palette.text, .center)
    }
    guard showsTime else { return }
    canvas.text(
      timeLabel, at: Point(plot.center.x, plot.bottom + style.size + style.labelSize + 9),
      size: style.labelSize, Palette.quiet, .center)
  }

  /// Hatches what was added to a recording, so that nobody takes it for something that was heard.
  private func drawAdded(over plot: Rectangle, _ style: Style, on canvas: Canvas) {
    guard let heard else { return }
    let span = max(time.upperBound - time.lowerBound, .leastNormalMagnitude)
    func column(_ seconds: Double) -> Double {
      let share = (seconds - time.lowerBound) / span
      return plot.x + plot.width * min(1, max(0, share))
    }
    for (left, right) in [
      (plot.x, column(heard.lowerBound)), (column(heard.upperBound), plot.right),
    ] where right - left > 0.5 {
      let area = Rectangle(x: left, y: plot.y, width: right - left, height: plot.height)
      canvas.fill(.rectangle(area), Color.white.opacity(0.7))
      canvas.clipped(to: .rectangle(area)) {
        for start in stride(from: left - plot.height, to: right, by: 7) {
          canvas.line(
            Point(start, plot.bottom), Point(start + plot.height, plot.y),
            Palette.quiet.opacity(0.6), width: 0.6)
        }
      }
      let width = canvas.extents(of: "added", size: style.labelSize).width
      guard width + 8 <= area.width else { continue }
      canvas.fill(
        .rectangle(
          Rectangle(
            x: area.center.x - width / 2 - 4, y: area.center.y - 9, width: width + 8, height: 18)),
        .white)
      canvas.text("added", at: area.center, size: style.labelSize, Palette.text, .center)
    }
  }
}
