internal import Foundation
public import Imaging

/// What faces of a video show over time: a panel a face with a line a class, its probability by the
/// time in seconds. Where a face is not in the picture its lines have a gap.
public struct TimelineFigure: Figure {
  /// One face.
  public struct Panel: Sendable {
    /// What stands above it: `face 1`.
    public var title: String
    /// By time: the seconds, and a probability a class.
    public var points: [(seconds: Double, probabilities: [Double])]

    /// A face from its points.
    public init(title: String, points: [(seconds: Double, probabilities: [Double])]) {
      (self.title, self.points) = (title, points)
    }
  }

  /// What stands above all.
  public var title: String
  /// The faces.
  public var panels: [Panel]
  /// The classes in the order of the probabilities.
  public var classNames: [String]
  /// The seconds at the ends of the axis.
  public var range: ClosedRange<Double>
  /// Points further apart than this, in seconds, are not joined.
  public var gap: Double

  /// A figure of faces over a stretch of time.
  public init(
    title: String, panels: [Panel], classNames: [String], range: ClosedRange<Double>, gap: Double
  ) {
    (self.title, self.panels, self.classNames) = (title, panels, classNames)
    (self.range, self.gap) = (range, gap)
  }

  private static let (width, panelHeight, top, legendLine) = (860.0, 190.0, 44.0, 20.0)
  private static let legendColumns = 4

  /// Of more classes than can be told apart those with the greatest mean, in their order.
  private var shown: [Int] {
    func mean(_ index: Int) -> Double {
      panels.reduce(0) { $0 + $1.points.reduce(0) { $0 + $1.probabilities[index] } }
    }
    let most = 10
    if classNames.count <= most { return Array(classNames.indices) }
    let ranked = classNames.indices.map { ($0, mean($0)) }.sorted {
      ($1.1, $0.0) < ($0.1, $1.0)
    }
    return ranked.prefix(most).map(\.0).sorted()
  }

  private var legendLines: Int {
    (shown.count + (shown.count < classNames.count ? 1 : 0) + Self.legendColumns - 1)
      / Self.legendColumns
  }

  /// 860 wide, 190 units a face.
  public var size: (width: Double, height: Double) {
    (
      Self.width,
      Self.top + Self.panelHeight * Double(max(1, panels.count)) + 24
        + Self.legendLine * Double(legendLines)
    )
  }

  /// Draws it.
  public func draw(on canvas: Canvas) {
    canvas.text(
      canvas.fitted(title, width: size.width - 24, size: 15, bold: true, cut: .middle),
      at: Point(size.width / 2, 18), size: 15, Palette.text, bold: true, .center)
    if panels.isEmpty {
      canvas.text(
        "no face found", at: Point(size.width / 2, Self.top + Self.panelHeight / 2), size: 14,
        Palette.quiet, .center)
    }
    for (index, panel) in panels.enumerated() {
      let plot = Rectangle(
        x: 66, y: Self.top + 22 + Self.panelHeight * Double(index), width: size.width - 90,
        height: Self.panelHeight - 72)
      draw(panel, in: plot, on: canvas)
    }
    drawLegend(on: canvas)
  }

  private func draw(_ panel: Panel, in plot: Rectangle, on canvas: Canvas) {
    let axis = Axis(covering: [range.lowerBound, range.upperBound], count: 9)
    let span = max(range.upperBound - range.lowerBound, 1e-9)
    func column(_ seconds: Double) -> Double {
      plot.x + plot.width * (seconds - range.lowerBound) / span
    }
    canvas.text(
      canvas.fitted(panel.title, width: plot.width, size: 13, bold: true),
      at: Point(plot.x, plot.y - 12), size: 13, Palette.text, bold: true)
    for tick in stride(from: 0, through: 4, by: 1) {
      let level = plot.bottom - plot.height * Double(tick) / 4
      canvas.line(Point(plot.x, level), Point(plot.right, level), Palette.grid)
      if tick % 2 == 0 {
        canvas.text(
          String(format: "%.1f", Double(tick) / 4), at: Point(plot.x - 8, level), size: 11,
          Palette.quiet, .right)
      }
    }
    canvas.text(
      "probability", at: Point(plot.x - 44, plot.center.y), size: 12, Palette.quiet, .center,
      angle: -.pi / 2)
    for tick in axis.ticks where range.contains(tick) {
      let x = column(tick)
      canvas.line(Point(x, plot.bottom), Point(x, plot.bottom + 4), Palette.quiet)
      canvas.text(
        axis.label(tick), at: Point(x, plot.bottom + 15), size: 11, Palette.quiet, .center)
    }
    canvas.line(Point(plot.x, plot.bottom), Point(plot.right, plot.bottom), Palette.quiet)
    canvas.text(
      "seconds", at: Point(plot.center.x, plot.bottom + 32), size: 12, Palette.quiet, .center)
    for (series, index) in shown.enumerated() {
      let stroke = SeriesStroke(series)
      for run in runs(panel.points) {
        let points = run.map {
          Point(column($0.seconds), plot.bottom - plot.height * $0.probabilities[index])
        }
        if points.count == 1 {
          canvas.fill(.ellipse(points[0], 2, 2), stroke.color)
        } else {
          canvas.stroke(
            .polyline(thinned(points, tolerance: 0.4)), stroke.color, width: 1.8,
            dash: stroke.dash)
        }
      }
    }
  }

  /// Points that are joined.
  private func runs(
    _ points: [(seconds: Double, probabilities: [Double])]
  ) -> [[(seconds: Double, probabilities: [Double])]] {
    var runs: [[(seconds: Double, probabilities: [Double])]] = []
    for point in points {
      if let last = runs.last?.last, point.seconds - last.seconds <= gap {
        runs[runs.count - 1].append(point)
      } else {
        runs.append([point])
      }
    }
    return runs
  }

  private func drawLegend(on canvas: Canvas) {
    let y = Self.top + Self.panelHeight * Double(max(1, panels.count)) + 14
    let step = (size.width - 90) / Double(Self.legendColumns)
    func place(_ index: Int) -> Point {
      let (line, column) = index.quotientAndRemainder(dividingBy: Self.legendColumns)
      return Point(66 + step * Double(column), y + Self.legendLine * Double(line))
    }
    for (series, index) in shown.enumerated() {
      let (stroke, start) = (SeriesStroke(series), place(series))
      canvas.stroke(
        .polyline([start, Point(start.x + 22, start.y)]), stroke.color, width: 3,
        dash: stroke.dash)
      canvas.text(
        canvas.fitted(classNames[index], width: step - 44, size: 12, cut: .middle),
        at: Point(start.x + 30, start.y), size: 12, Palette.text)
    }
    if shown.count < classNames.count {
      canvas.text(
        "not drawn: the other \(classNames.count - shown.count)", at: place(shown.count), size: 12,
        Palette.quiet)
    }
  }
}
