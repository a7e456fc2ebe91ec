internal import Foundation
public import Imaging

/// How numbers are distributed in each class: a panel a column, in it a box a class with its median, its
/// middle half, and whiskers over nine tenths.
public struct DistributionsFigure: Figure {
  /// What stands above all.
  public var title: String
  /// The classes in their order.
  public var classNames: [String]
  /// The columns that are drawn, those that tell classes apart best first.
  private let panels: [Panel]
  private let columnCount: Int

  /// The names of the columns that are drawn.
  var columnNames: [String] { panels.map(\.name) }

  private struct Panel {
    let name: String
    /// By class; nil of a class without rows.
    let boxes: [Box?]
  }
  private struct Box {
    let low, lower, median, upper, high: Double

    init?(_ numbers: [Float]) {
      guard !numbers.isEmpty else { return nil }
      let sorted = numbers.sorted()
      func quantile(_ share: Double) -> Double {
        let place = share * Double(sorted.count - 1)
        let index = min(sorted.count - 1, Int(place))
        let next = min(sorted.count - 1, index + 1)
        return Double(sorted[index])
          + (Double(sorted[next]) - Double(sorted[index])) * (place - Double(index))
      }
      (low, lower, median) = (quantile(0.05), quantile(0.25), quantile(0.5))
      (upper, high) = (quantile(0.75), quantile(0.95))
    }
  }

  /// More columns than this are not drawn, and more classes neither.
  public static let (mostColumns, mostClasses) = (12, 16)

  /// Distributions of columns by class.
  ///
  /// - Parameters:
  ///   - rows: the numbers of each row, by column.
  ///   - labels: the class of each row.
  public init(
    title: String, columns: [String], rows: [[Float]], labels: [Int], classNames: [String]
  ) {
    self.title = title
    columnCount = columns.count
    self.classNames = Array(classNames.prefix(Self.mostClasses))
    let classes = self.classNames.indices
    let ranked = columns.indices.map { column in
      (column, Self.separation(rows.map { Double($0[column]) }, labels, classNames.count))
    }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    panels = ranked.prefix(Self.mostColumns).map { column, _ in
      Panel(
        name: columns[column],
        boxes: classes.map { index in
          Box(rows.indices.filter { labels[$0] == index }.map { rows[$0][column] })
        })
    }
  }

  /// The share of a column's variance that lies between the classes, 0 to 1 (the correlation ratio η²).
  private static func separation(_ numbers: [Double], _ labels: [Int], _ classes: Int) -> Double {
    let mean = numbers.reduce(0, +) / Double(max(1, numbers.count))
    let total = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    guard total > 0 else { return 0 }
    let between = (0..<classes).reduce(0.0) { sum, index in
      let own = zip(numbers, labels).filter { $0.1 == index }.map(\.0)
      guard !own.isEmpty else { return sum }
      let distance = own.reduce(0, +) / Double(own.count) - mean
      return sum + Double(own.count) * distance * distance
    }
    return between / total
  }

  private static let (width, top, across) = (980.0, 66.0, 3)
  private var lines: Int { (panels.count + Self.across - 1) / Self.across }
  private var panelHeight: Double { 52 + 17 * Double(classNames.count) }

  /// 980 wide, as high as its classes need.
  public var size: (width: Double, height: Double) {
    (Self.width, Self.top + panelHeight * Double(max(1, lines)) + 8)
  }

  /// Draws it.
  public func draw(on canvas: Canvas) {
    canvas.text(
      canvas.fitted(title, width: size.width - 24, size: 15, bold: true, cut: .middle),
      at: Point(size.width / 2, 18), size: 15, Palette.text, bold: true, .center)
    let choice =
      panels.count < columnCount
      ? "the \(panels.count) of \(columnCount) columns that tell classes apart best; " : ""
    canvas.text(
      choice + "line: median, box: the middle half, whiskers: nine tenths",
      at: Point(size.width / 2, 40), size: 12, Palette.quiet, .center)
    let names = 110.0
    let step = (size.width - names - 16) / Double(Self.across)
    for (index, panel) in panels.enumerated() {
      let (line, column) = index.quotientAndRemainder(dividingBy: Self.across)
      let area = Rectangle(
        x: names + step * Double(column), y: Self.top + panelHeight * Double(line),
        width: step - 46,
        height: panelHeight)
      draw(panel, in: area, names: column == 0, on: canvas)
    }
  }

  private func draw(_ panel: Panel, in area: Rectangle, names: Bool, on canvas: Canvas) {
    canvas.text(
      canvas.fitted(panel.name, width: area.width, size: 12, bold: true, cut: .middle),
      at: Point(area.x, area.y + 6), size: 12, Palette.text, bold: true)
    let plot = Rectangle(
      x: area.x, y: area.y + 18, width: area.width, height: 17 * Double(classNames.count))
    let axis = Axis(
      covering: panel.boxes.compactMap { $0 }.flatMap { [$0.low, $0.high] }, count: 3)
    func place(_ value: Double) -> Double { plot.x + plot.width * axis.share(value) }
    for tick in axis.ticks {
      canvas.line(Point(place(tick), plot.y), Point(place(tick), plot.bottom), Palette.grid)
      canvas.text(
        axis.label(tick), at: Point(place(tick), plot.bottom + 11), size: 10, Palette.quiet, .center
      )
    }
    for (index, box) in panel.boxes.enumerated() {
      let y = plot.y + 17 * (Double(index) + 0.5)
      if names {
        canvas.text(
          canvas.fitted(classNames[index], width: 100, size: 11, cut: .middle),
          at: Point(plot.x - 8, y), size: 11, Palette.text, .right)
      }
      guard let box else { continue }
      let color = Palette.series[index % Palette.series.count]
      canvas.line(Point(place(box.low), y), Point(place(box.high), y), color)
      let middle = Rectangle(
        x: place(box.lower), y: y - 5, width: max(1, place(box.upper) - place(box.lower)),
        height: 10
      )
      canvas.fill(.rectangle(middle), color.opacity(0.35))
      canvas.stroke(.rectangle(middle), color)
      canvas.line(
        Point(place(box.median), y - 6), Point(place(box.median), y + 6), Palette.text, width: 1.6)
    }
  }
}
