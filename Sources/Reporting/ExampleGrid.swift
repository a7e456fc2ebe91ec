internal import Foundation
public import Imaging

/// A sound as numbers over time: a spectrogram, or features frame by frame. Darker is more.
public struct ExampleGrid: Figure {
  /// A mark on the vertical axis.
  public struct Tick: Sendable {
    /// Where it lies, in rows: 0 is the middle of the lowest row, 1 that of the next one.
    public var row: Double
    /// What stands beside it.
    public var label: String

    /// A mark at a row.
    public init(row: Double, label: String) { (self.row, self.label) = (row, label) }
  }

  /// The numbers, the lowest row first.
  public var rows: [[Float]]
  /// The marks of the vertical axis, from below.
  public var ticks: [Tick]
  /// What the vertical axis measures; empty where its marks say it.
  public var yLabel: String
  /// What the columns span of the horizontal axis, from 0, and in what.
  public var extent: Double
  /// See `extent`.
  public var xLabel: String
  /// The numbers of the lightest and of the darkest colour; what lies beyond has the same.
  public var low, high: Double
  /// What the colours measure.
  public var valueLabel: String
  /// How to read it, a sentence or two.
  public var words: String

  /// A grid with its axes.
  public init(
    rows: [[Float]], ticks: [Tick], yLabel: String, extent: Double, xLabel: String, low: Double,
    high: Double, valueLabel: String, words: String
  ) {
    (self.rows, self.ticks, self.yLabel) = (rows, ticks, yLabel)
    (self.extent, self.xLabel, self.words) = (extent, xLabel, words)
    (self.low, self.high, self.valueLabel) = (low, high, valueLabel)
  }

  private static let (width, right, top, bottom) = (300.0, 38.0, 14.0, 32.0)
  private static let (labelSize, letterWidth, longestLabel) = (9.0, 5.4, 104.0)

  private var left: Double {
    let longest = Double(ticks.reduce(0) { max($0, $1.label.count) }) * Self.letterWidth
    return min(longest, Self.longestLabel) + (yLabel.isEmpty ? 12 : 28)
  }

  /// 300 units wide; of many named rows as high as their names need.
  public var size: (width: Double, height: Double) {
    (Self.width, Self.top + max(120, 11 * Double(ticks.count)) + Self.bottom)
  }

  /// Draws it.
  public func draw(on canvas: Canvas) { draw(at: Point(0, 0), on: canvas) }

  func draw(at corner: Point, on canvas: Canvas) {
    let plot = Rectangle(
      x: corner.x + left, y: corner.y + Self.top, width: Self.width - left - Self.right,
      height: size.height - Self.top - Self.bottom)
    let colors = SequentialColors(low: low, high: high)
    if let image = GridPlot(
      rows: rows, yRange: 0...1, yLabel: yLabel, low: low, high: high, valueLabel: valueLabel
    ).image(width: rows.first?.count ?? 0, height: rows.count, colors) {
      canvas.image(image, in: plot)
    }
    canvas.stroke(.rectangle(plot), Palette.quiet, width: 0.7)
    for tick in ticks {
      let y = plot.bottom - plot.height * (tick.row + 0.5) / Double(max(1, rows.count))
      canvas.line(Point(plot.x - 3, y), Point(plot.x, y), Palette.quiet, width: 0.7)
      canvas.text(
        canvas.fitted(tick.label, width: Self.longestLabel, size: Self.labelSize, cut: .middle),
        at: Point(plot.x - 5, y), size: Self.labelSize, Palette.quiet, .right)
    }
    canvas.text(
      yLabel, at: Point(corner.x + 8, plot.center.y), size: Self.labelSize, Palette.quiet, .center,
      angle: -.pi / 2)
    drawTime(below: plot, on: canvas)
    drawScale(beside: plot, colors, on: canvas)
  }

  private func drawTime(below plot: Rectangle, on canvas: Canvas) {
    let axis = Axis(covering: [0, extent], count: 4)
    for tick in axis.ticks where (0...extent).contains(tick) {
      let x = plot.x + plot.width * tick / extent
      canvas.line(Point(x, plot.bottom), Point(x, plot.bottom + 3), Palette.quiet, width: 0.7)
      canvas.text(
        axis.label(tick), at: Point(x, plot.bottom + 10), size: Self.labelSize, Palette.quiet,
        .center)
    }
    canvas.text(
      xLabel, at: Point(plot.center.x, plot.bottom + 23), size: Self.labelSize, Palette.quiet,
      .center)
  }

  private func drawScale(
    beside plot: Rectangle, _ colors: SequentialColors, on canvas: Canvas
  ) {
    let bar = Rectangle(x: plot.right + 7, y: plot.y, width: 7, height: plot.height)
    colors.draw(in: bar, on: canvas)
    canvas.text(
      valueLabel, at: Point(bar.x, plot.y - 8), size: Self.labelSize, Palette.quiet)
    for (share, value) in [(0.0, low), (0.5, (low + high) / 2), (1.0, high)] {
      // At the ends the text stays beside the bar.
      let y = bar.bottom - bar.height * share + (share - 0.5) * 7
      canvas.text(
        Self.signed(value), at: Point(bar.right + 3, y), size: Self.labelSize, Palette.quiet)
    }
  }

  private static func signed(_ value: Double) -> String {
    String(format: "%g", value).replacingOccurrences(of: "-", with: "\u{2212}")
  }
}
