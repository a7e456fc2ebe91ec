internal import Foundation
public import Imaging

/// What faces of a video or voices of a recording show over time: a panel each with the probabilities of the classes by
/// the time. Few answers are drawn as lines; more than a person can follow as a map of classes by time. Where there is
/// no answer, lines and maps have a gap.
public struct TimelineFigure: Figure {
  /// One face, or one recording.
  public struct Panel: Sendable {
    /// What stands above it: `face 1`.
    public var title: String
    /// By time: the seconds, and a probability a class.
    public var points: [(seconds: Double, probabilities: [Double])]
    /// Where it ends, in seconds; nil for the end of the axis.
    public var end: Double?

    /// A face or a recording from its points.
    public init(
      title: String, points: [(seconds: Double, probabilities: [Double])], end: Double? = nil
    ) {
      (self.title, self.points, self.end) = (title, points, end)
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
  /// Why there is no answer where there is a gap: `silent`.
  public var absence: String
  /// How long before its point the first answer begins, and how long after its point the last one ends, in seconds.
  public var edge: Double

  /// A figure of faces over a stretch of time.
  public init(
    title: String, panels: [Panel], classNames: [String], range: ClosedRange<Double>, gap: Double,
    absence: String = "not seen", edge: Double = 0
  ) {
    (self.title, self.panels, self.classNames) = (title, panels, classNames)
    (self.range, self.gap) = (range, gap)
    (self.absence, self.edge) = (absence, edge)
  }

  /// More answers than this in a panel are a thicket as lines.
  static let mostPoints = 150
  private static let (width, top, legendLine, legendColumns) = (860.0, 44.0, 20.0, 4)
  /// The title above a panel, and the marks of the time below it.
  private static let (titleHeight, axisHeight) = (22.0, 50.0)
  private static let linesHeight = 118.0

  /// Whether panels are maps, all of them so that they can be compared.
  var isMap: Bool { panels.contains { $0.points.count > Self.mostPoints } }

  /// Of more classes than can be told apart those with the greatest mean, in their order.
  var shown: [Int] {
    if classNames.count <= ClassMark.count { return Array(classNames.indices) }
    func mean(_ index: Int) -> Double {
      panels.reduce(0) { $0 + $1.points.reduce(0) { $0 + $1.probabilities[index] } }
    }
    let ranked = classNames.indices.map { ($0, mean($0)) }.sorted {
      ($1.1, $0.0) < ($0.1, $1.0)
    }
    return ranked.prefix(ClassMark.count).map(\.0).sorted()
  }

  private var hiddenInWords: String? {
    let count = classNames.count - shown.count
    return count > 0 ? "not drawn: the other \(count)" : nil
  }

  private var plotHeight: Double {
    isMap ? TimelineMap.height(classes: shown.count) : Self.linesHeight
  }
  private var panelHeight: Double { Self.titleHeight + plotHeight + Self.axisHeight }
  private var panelsHeight: Double { panelHeight * Double(max(1, panels.count)) }
  private var legendHeight: Double {
    // The rows of a map have their names beside them.
    if isMap { return hiddenInWords == nil ? 4 : Self.legendLine }
    let entries = shown.count + (hiddenInWords == nil ? 0 : 1)
    let lines = (entries + Self.legendColumns - 1) / Self.legendColumns
    return 4 + Self.legendLine * Double(lines)
  }

  /// 860 wide, 190 units a face of few answers; maps are as high as their classes need.
  public var size: (width: Double, height: Double) {
    (Self.width, Self.top + panelsHeight + legendHeight + 8)
  }

  /// Draws it.
  public func draw(on canvas: Canvas) {
    canvas.text(
      canvas.fitted(title, width: size.width - 24, size: 15, bold: true, cut: .middle),
      at: Point(size.width / 2, 18), size: 15, Palette.text, bold: true, .center)
    if panels.isEmpty {
      canvas.text(
        "no face found", at: Point(size.width / 2, Self.top + panelHeight / 2), size: 14,
        Palette.quiet, .center)
    }
    let map = isMap
    let (left, right) = map ? (TimelineMap.left, TimelineMap.right) : (66.0, 24.0)
    for (index, panel) in panels.enumerated() {
      let plot = Rectangle(
        x: left, y: Self.top + Self.titleHeight + panelHeight * Double(index),
        width: size.width - left - right, height: plotHeight)
      canvas.text(
        canvas.fitted(panel.title, width: plot.width, size: 13, bold: true),
        at: Point(plot.x, plot.y - 12), size: 13, Palette.text, bold: true)
      let axis = TimeAxis(range, count: 9)
      if map {
        // Beyond the end of a shorter recording there is nothing, not even silence.
        let end = min(range.upperBound, max(range.lowerBound, panel.end ?? range.upperBound))
        var area = plot
        area.width *= axis.share(end)
        TimelineMap(
          points: panel.points, classes: shown, names: classNames,
          axis: TimeAxis(range.lowerBound...end, count: 9), edge: edge
        ).draw(in: area, scaleAt: plot.right + 12, absence: absence, on: canvas)
      } else {
        TimelineLines(points: panel.points, classes: shown, axis: axis, gap: gap)
          .draw(in: plot, absence: absence, on: canvas)
      }
      draw(axis, below: plot, on: canvas)
    }
    drawLegend(on: canvas)
  }

  private func draw(_ axis: TimeAxis, below plot: Rectangle, on canvas: Canvas) {
    for tick in axis.ticks {
      let x = plot.x + plot.width * axis.share(tick)
      canvas.line(Point(x, plot.bottom), Point(x, plot.bottom + 4), Palette.quiet)
      canvas.text(
        axis.text(tick), at: Point(x, plot.bottom + 15), size: 11, Palette.quiet, .center)
    }
    canvas.text(
      axis.label, at: Point(plot.center.x, plot.bottom + 32), size: 12, Palette.quiet, .center)
  }

  private func drawLegend(on canvas: Canvas) {
    let (left, y) = (66.0, Self.top + panelsHeight + 8)
    let step = (size.width - 90) / Double(Self.legendColumns)
    func place(_ index: Int) -> Point {
      let (line, column) = index.quotientAndRemainder(dividingBy: Self.legendColumns)
      return Point(left + step * Double(column), y + Self.legendLine * Double(line))
    }
    let drawn = isMap ? [] : shown
    for (series, index) in drawn.enumerated() {
      let (mark, start) = (ClassMark(series), place(series))
      canvas.line(start, Point(start.x + 22, start.y), mark.color, width: 2)
      mark.draw(at: Point(start.x + 11, start.y), radius: 4, on: canvas)
      canvas.text(
        canvas.fitted(classNames[index], width: step - 44, size: 12, cut: .middle),
        at: Point(start.x + 30, start.y), size: 12, Palette.text)
    }
    if let hiddenInWords {
      canvas.text(hiddenInWords, at: place(drawn.count), size: 12, Palette.quiet)
    }
  }
}
