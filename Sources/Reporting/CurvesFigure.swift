internal import Foundation
public import Imaging

/// Learning curves: panels side by side, several series over the epochs in each.
public struct CurvesFigure: Figure {
  /// One curve; epochs count from 1; a value that is not finite leaves a gap.
  public struct Series: Sendable {
    /// What the legend calls it.
    public var name: String
    /// One value an epoch.
    public var values: [Double]
    /// The epoch, from 1, at which it has a ring.
    public var ringedEpoch: Int?

    /// A curve from its name and values.
    public init(name: String, values: [Double], ringedEpoch: Int? = nil) {
      (self.name, self.values, self.ringedEpoch) = (name, values, ringedEpoch)
    }
  }

  /// One set of axes.
  public struct Panel: Sendable {
    /// What stands above it, such as "Loss".
    public var title: String
    /// Its curves.
    public var series: [Series]
    /// Whether a curve that leaves the others far below, as that of a run that has gone astray, is cut
    /// at the top: else it would press them flat. The legend says so.
    public var cutsOutliers = false

    /// A panel from its title and curves.
    public init(title: String, series: [Series]) { (self.title, self.series) = (title, series) }

    /// The values for which there is room. Where outliers are cut, it is three times that of a curve
    /// in the middle.
    var shownValues: [Double] {
      let all = series.flatMap(\.values).filter(\.isFinite)
      let tops = series.compactMap { $0.values.filter(\.isFinite).max() }.sorted()
      guard cutsOutliers, let least = all.min(), !tops.isEmpty else { return all }
      let usual = tops[(tops.count - 1) / 2]
      // Curves of one epoch have no height of their own.
      let limit = usual + 2 * max(usual - least, 0.5 * abs(usual))
      return all.filter { $0 <= limit }
    }
  }

  /// From left to right.
  public var panels: [Panel]
  /// The epoch (from 1) whose weights were kept, marked in every panel.
  public var bestEpoch: Int?

  /// A figure of panels.
  public init(panels: [Panel], bestEpoch: Int? = nil) {
    (self.panels, self.bestEpoch) = (panels, bestEpoch)
  }

  /// 460 units a panel, 330 high and more where a legend has many lines.
  public var size: (width: Double, height: Double) {
    (460 * Double(max(1, panels.count)), 310 + legendHeight)
  }

  private var legendHeight: Double { 18 * Double(panels.map(\.series.count).max() ?? 0) + 8 }

  /// Draws it.
  public func draw(on canvas: Canvas) {
    for (index, panel) in panels.enumerated() {
      draw(
        panel, on: canvas,
        in: Rectangle(x: 460 * Double(index), y: 0, width: 460, height: size.height))
    }
  }

  private func draw(_ panel: Panel, on canvas: Canvas, in area: Rectangle) {
    let plot = Rectangle(
      x: area.x + 72, y: 40, width: area.width - 92, height: area.height - 40 - 54 - legendHeight)
    let epochs = max(1, panel.series.map(\.values.count).max() ?? 1)
    let x = Axis(covering: [1, Double(epochs)], count: 8, integers: true)
    let y = Axis(covering: panel.shownValues, count: 5)
    func place(_ epoch: Int, _ value: Double) -> Point {
      Point(
        plot.x + plot.width * x.share(Double(epoch)), plot.bottom - plot.height * y.share(value))
    }
    canvas.text(
      canvas.fitted(panel.title, width: plot.width, size: 15, bold: true),
      at: Point(plot.center.x, 15), size: 15, Palette.text, bold: true, .center)
    for tick in y.ticks {
      let level = place(1, tick).y
      canvas.line(Point(plot.x, level), Point(plot.right, level), Palette.grid)
      canvas.text(y.label(tick), at: Point(plot.x - 8, level), size: 11, Palette.quiet, .right)
    }
    for tick in x.ticks {
      let column = plot.x + plot.width * x.share(tick)
      canvas.line(Point(column, plot.bottom), Point(column, plot.bottom + 4), Palette.quiet)
      canvas.text(
        x.label(tick), at: Point(column, plot.bottom + 15), size: 11, Palette.quiet, .center)
    }
    canvas.line(Point(plot.x, plot.bottom), Point(plot.right, plot.bottom), Palette.quiet)
    canvas.text(
      canvas.fitted(panel.title.lowercased(), width: plot.height, size: 12),
      at: Point(plot.x - 56, plot.center.y), size: 12, Palette.quiet, .center, angle: -.pi / 2)
    canvas.text(
      "epoch", at: Point(plot.center.x, plot.bottom + 33), size: 12, Palette.quiet, .center)
    if let bestEpoch, (1...epochs).contains(bestEpoch) {
      let column = place(bestEpoch, y.low).x
      canvas.stroke(
        .polyline([Point(column, plot.y), Point(column, plot.bottom)]), Palette.quiet,
        dash: [4, 4])
      canvas.text(
        "best: \(bestEpoch)", at: Point(clamped(column, plot), plot.y - 8), size: 10,
        Palette.quiet, .center)
    }
    let area = Rectangle(x: plot.x - 6, y: plot.y, width: plot.width + 12, height: plot.height + 6)
    for (index, series) in panel.series.enumerated() {
      let stroke = SeriesStroke(index)
      let isCut = series.values.contains { $0.isFinite && $0 > y.high }
      if isCut {
        // Cairo's numbers end at 2²³, and a loss may be greater.
        let top = y.high + (y.high - y.low)
        var cut = series
        cut.values = series.values.map { $0.isFinite ? min($0, top) : $0 }
        canvas.clipped(to: .rectangle(area)) { draw(cut, stroke, on: canvas, place) }
      } else {
        draw(series, stroke, on: canvas, place)
      }
      let line = plot.bottom + 54 + 18 * Double(index)
      canvas.stroke(
        .polyline([Point(plot.x, line), Point(plot.x + 22, line)]), stroke.color, width: 3,
        dash: stroke.dash)
      canvas.text(
        canvas.fitted(legend(series, isCut: isCut), width: plot.width - 32, size: 12),
        at: Point(plot.x + 30, line), size: 12, Palette.text)
    }
  }

  private func clamped(_ column: Double, _ plot: Rectangle) -> Double {
    min(max(column, plot.x + 24), plot.right - 24)
  }

  private func legend(_ series: Series, isCut: Bool) -> String {
    guard let index = series.values.lastIndex(where: \.isFinite) else {
      return series.name + " (no finite value)"
    }
    let isLast = index == series.values.count - 1
    return series.name
      + String(format: isLast ? " (last %.4g" : " (%.4g", series.values[index])
      + (isLast ? isCut ? ", off the plot)" : ")" : ", not finite after epoch \(index + 1))")
  }

  private func draw(
    _ series: Series, _ stroke: SeriesStroke, on canvas: Canvas,
    _ place: (Int, Double) -> Point
  ) {
    var run = [Point]()
    let color = stroke.color
    func finish() {
      if run.count > 1 { canvas.stroke(.polyline(run), color, width: 2, dash: stroke.dash) }
      if run.count == 1 || series.values.count <= 30 {
        for point in run { canvas.fill(.ellipse(point, 3, 3), color) }
      }
      run = []
    }
    for (index, value) in series.values.enumerated() {
      if value.isFinite { run.append(place(index + 1, value)) } else { finish() }
    }
    finish()
    if let epoch = series.ringedEpoch, series.values.indices.contains(epoch - 1),
      series.values[epoch - 1].isFinite
    {
      let middle = place(epoch, series.values[epoch - 1])
      canvas.fill(.ellipse(middle, 6, 6), .white)
      canvas.stroke(.ellipse(middle, 6, 6), color, width: 2.5)
    }
  }
}
