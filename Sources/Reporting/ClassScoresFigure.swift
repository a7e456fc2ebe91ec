internal import Foundation
public import Imaging

/// What several networks reach on each class: a line a class from 0 to 1, a dot a network.
public struct ClassScoresFigure: Figure {
  /// One network.
  public struct Series: Sendable {
    /// What the legend calls it.
    public var name: String
    /// A value in 0...1 a class; nil where it does not know the class.
    public var values: [Double?]

    /// A network from its name and values.
    public init(name: String, values: [Double?]) { (self.name, self.values) = (name, values) }
  }

  /// What stands above it, such as "F1 by class".
  public var title: String
  /// The classes from above.
  public var classNames: [String]
  /// The networks, each with as many values as there are classes.
  public var series: [Series]

  /// A figure of a value a class and network.
  public init(title: String, classNames: [String], series: [Series]) {
    precondition(
      series.allSatisfy { $0.values.count == classNames.count },
      "\(series.map(\.values.count)) values for \(classNames.count) classes")
    (self.title, self.classNames, self.series) = (title, classNames, series)
  }

  private static let (top, rowHeight, width) = (40.0, 26.0, 460.0)
  private var nameWidth: Double {
    min(120, 0.62 * 12 * Double(classNames.map(\.count).max() ?? 1))
  }

  /// 460 wide, 26 units a class and 18 a network.
  public var size: (width: Double, height: Double) {
    (
      Self.width,
      Self.top + Self.rowHeight * Double(classNames.count) + 74 + 18 * Double(series.count)
    )
  }

  /// Draws it.
  public func draw(on canvas: Canvas) {
    let left = nameWidth + 28
    let plot = Rectangle(
      x: left, y: Self.top, width: size.width - left - 28,
      height: Self.rowHeight * Double(classNames.count))
    canvas.text(
      canvas.fitted(title, width: size.width - 24, size: 15, bold: true),
      at: Point(size.width / 2, 15), size: 15, Palette.text, bold: true, .center)
    for tick in stride(from: 0.0, through: 1, by: 0.2) {
      let column = plot.x + plot.width * tick
      canvas.line(Point(column, plot.y), Point(column, plot.bottom), Palette.grid)
      canvas.text(
        String(format: "%.1f", tick), at: Point(column, plot.bottom + 14), size: 11,
        Palette.quiet, .center)
    }
    canvas.text(
      "F1", at: Point(plot.center.x, plot.bottom + 34), size: 12, Palette.quiet, .center)
    for (row, name) in classNames.enumerated() {
      let middle = plot.y + Self.rowHeight * (Double(row) + 0.5)
      canvas.text(
        canvas.fitted(name, width: nameWidth + 8, size: 12, cut: .middle),
        at: Point(left - 12, middle),
        size: 12, Palette.text, .right)
      let places = series.map { $0.values[row].map { Point(plot.x + plot.width * $0, middle) } }
      let columns = places.compactMap { $0?.x }
      if let first = columns.min(), let last = columns.max() {
        canvas.line(Point(first, middle), Point(last, middle), Palette.quiet.opacity(0.5), width: 2)
      }
      for (index, place) in places.enumerated() {
        guard let place else { continue }
        mark(index, at: place, on: canvas)
      }
    }
    for (index, one) in series.enumerated() {
      let line = plot.bottom + 60 + 18 * Double(index)
      mark(index, at: Point(plot.x + 6, line), on: canvas)
      canvas.text(
        canvas.fitted(one.name, width: plot.width - 24, size: 12), at: Point(plot.x + 20, line),
        size: 12, Palette.text)
    }
  }

  /// A dot, hollow where the colours are used up.
  private func mark(_ index: Int, at place: Point, on canvas: Canvas) {
    let stroke = SeriesStroke(index)
    if stroke.dash.isEmpty {
      canvas.fill(.ellipse(place, 5, 5), stroke.color)
    } else {
      canvas.fill(.ellipse(place, 5, 5), .white)
      canvas.stroke(.ellipse(place, 4.5, 4.5), stroke.color, width: 2, dash: stroke.dash)
    }
  }
}
