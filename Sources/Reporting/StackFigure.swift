internal import Foundation
public import Imaging

/// Plots above each other over one horizontal axis.
public struct StackFigure: Figure {
  /// One of the plots.
  public enum Panel: Sendable {
    /// A series of very many numbers.
    case envelope(EnvelopePlot)
    /// Numbers over two axes as colours.
    case grid(GridPlot)

    fileprivate var height: Double {
      switch self {
      case .envelope: 130
      case .grid: 270
      }
    }
  }

  /// What stands above all.
  public var title: String
  /// What the horizontal axis measures.
  public var xLabel: String
  /// The numbers at its ends.
  public var xRange: ClosedRange<Double>
  /// The plots from the top down.
  public var panels: [Panel]

  /// Plots over an axis.
  public init(title: String, xLabel: String, xRange: ClosedRange<Double>, panels: [Panel]) {
    (self.title, self.xLabel, self.xRange, self.panels) = (title, xLabel, xRange, panels)
  }

  private static let (width, top, gap, bottom) = (860.0, 40.0, 22.0, 46.0)

  /// 860 wide, as high as its plots.
  public var size: (width: Double, height: Double) {
    let plots = panels.reduce(0) { $0 + $1.height } + Self.gap * Double(max(0, panels.count - 1))
    return (Self.width, Self.top + plots + Self.bottom)
  }

  /// Draws it.
  public func draw(on canvas: Canvas) {
    canvas.text(
      canvas.fitted(title, width: size.width - 24, size: 15, bold: true, cut: .middle),
      at: Point(size.width / 2, 18), size: 15, Palette.text, bold: true, .center)
    let axis = Axis(covering: [xRange.lowerBound, xRange.upperBound], count: 9)
    var y = Self.top
    for (index, panel) in panels.enumerated() {
      let plot = Rectangle(x: 76, y: y, width: size.width - 76 - 84, height: panel.height)
      switch panel {
      case .envelope(let envelope): envelope.draw(in: plot, on: canvas)
      case .grid(let grid): grid.draw(in: plot, on: canvas)
      }
      let isLast = index == panels.count - 1
      for tick in axis.ticks where xRange.contains(tick) {
        let span = xRange.upperBound - xRange.lowerBound
        let x = plot.x + plot.width * (tick - xRange.lowerBound) / span
        canvas.line(Point(x, plot.bottom), Point(x, plot.bottom + 4), Palette.quiet)
        guard isLast else { continue }
        canvas.text(
          axis.label(tick), at: Point(x, plot.bottom + 15), size: 11, Palette.quiet, .center)
      }
      if isLast {
        canvas.text(
          xLabel, at: Point(plot.center.x, plot.bottom + 33), size: 12, Palette.quiet, .center)
      }
      y = plot.bottom + Self.gap
    }
  }
}

/// A series of very many numbers: for each column of the picture a line from the least to the largest.
public struct EnvelopePlot: Sendable {
  /// The numbers, evenly spaced over the whole horizontal axis.
  public var values: [Float]
  /// What they measure.
  public var label: String

  /// A series and what it measures.
  public init(values: [Float], label: String) { (self.values, self.label) = (values, label) }

  func draw(in plot: Rectangle, on canvas: Canvas) {
    let largest = max(values.reduce(0) { max($0, abs(Double($1))) }, 1e-6)
    let axis = Axis(covering: [-largest, largest], count: 4)
    func height(_ value: Double) -> Double { plot.bottom - plot.height * axis.share(value) }
    for tick in axis.ticks {
      canvas.line(Point(plot.x, height(tick)), Point(plot.right, height(tick)), Palette.grid)
      canvas.text(
        axis.label(tick), at: Point(plot.x - 8, height(tick)), size: 11, Palette.quiet, .right)
    }
    canvas.text(
      label, at: Point(plot.x - 56, plot.center.y), size: 12, Palette.quiet, .center,
      angle: -.pi / 2)
    // Half a unit is a pixel at the usual scale.
    let columns = min(values.count, Int(plot.width * 2))
    var path = Path()
    for column in 0..<columns {
      let first = values.count * column / columns
      let last = max(first, values.count * (column + 1) / columns - 1)
      let piece = values[first...min(last + 1, values.count - 1)]
      let (low, high) = piece.reduce((Double.infinity, -Double.infinity)) {
        (min($0.0, Double($1)), max($0.1, Double($1)))
      }
      let x = plot.x + plot.width * (Double(column) + 0.5) / Double(columns)
      // Where nothing moves there is still a line to be seen.
      path.move(to: Point(x, height(high) - 0.25))
      path.line(to: Point(x, height(low) + 0.25))
    }
    canvas.stroke(path, Palette.map, width: max(0.5, plot.width / Double(max(1, columns))))
    canvas.stroke(.rectangle(plot), Palette.quiet, width: 0.7)
  }
}

/// Numbers over two axes as colours, with a bar that says which colour is which number.
public struct GridPlot: Sendable {
  /// The numbers, the lowest row first; columns are evenly spaced over the whole horizontal axis.
  public var rows: [[Float]]
  /// The numbers at the ends of the vertical axis.
  public var yRange: ClosedRange<Double>
  /// What the vertical axis measures.
  public var yLabel: String
  /// The numbers of the lightest and of the darkest colour; what lies beyond has the same.
  public var low, high: Double
  /// What the colours measure.
  public var valueLabel: String

  /// A grid, its vertical axis and its colours.
  public init(
    rows: [[Float]], yRange: ClosedRange<Double>, yLabel: String, low: Double, high: Double,
    valueLabel: String
  ) {
    (self.rows, self.yRange, self.yLabel) = (rows, yRange, yLabel)
    (self.low, self.high, self.valueLabel) = (low, high, valueLabel)
  }

  func draw(in plot: Rectangle, on canvas: Canvas) {
    let colors = SequentialColors(low: low, high: high)
    if let image = image(width: Int(plot.width * 2), height: Int(plot.height * 2), colors) {
      canvas.image(image, in: plot)
    }
    canvas.stroke(.rectangle(plot), Palette.quiet, width: 0.7)
    let axis = Axis(covering: [yRange.lowerBound, yRange.upperBound], count: 6)
    let span = yRange.upperBound - yRange.lowerBound
    for tick in axis.ticks where yRange.contains(tick) {
      let y = plot.bottom - plot.height * (tick - yRange.lowerBound) / span
      canvas.line(Point(plot.x - 4, y), Point(plot.x, y), Palette.quiet)
      canvas.text(axis.label(tick), at: Point(plot.x - 8, y), size: 11, Palette.quiet, .right)
    }
    canvas.text(
      yLabel, at: Point(plot.x - 56, plot.center.y), size: 12, Palette.quiet, .center,
      angle: -.pi / 2)
    let bar = Rectangle(x: plot.right + 16, y: plot.y + 18, width: 14, height: plot.height - 18)
    colors.draw(in: bar, on: canvas)
    canvas.text(
      valueLabel, at: Point(bar.center.x, plot.y + 6), size: 11, Palette.quiet, .center)
    let scale = Axis(covering: [low, high], count: 4)
    for tick in scale.ticks where (low...high).contains(tick) {
      let y = bar.bottom - bar.height * (tick - low) / (high - low)
      canvas.line(Point(bar.right, y), Point(bar.right + 3, y), Palette.quiet)
      canvas.text(scale.label(tick), at: Point(bar.right + 6, y), size: 11, Palette.quiet)
    }
  }

  /// The grid as a picture of at most this size: of several numbers at one place the largest, so that
  /// nothing narrow is lost.
  func image(width: Int, height: Int, _ colors: SequentialColors) -> RGBImage? {
    guard let columns = rows.first?.count, columns > 0 else { return nil }
    let (width, height) = (min(width, columns), min(height, rows.count))
    var pixels: [UInt8] = []
    pixels.reserveCapacity(3 * width * height)
    for y in 0..<height {
      // Pictures begin at the top.
      let band = height - 1 - y
      let (first, last) = (rows.count * band / height, rows.count * (band + 1) / height)
      for x in 0..<width {
        let (left, right) = (columns * x / width, columns * (x + 1) / width)
        var most = -Float.infinity
        for row in rows[first..<last] {
          for column in left..<right { most = max(most, row[column]) }
        }
        let color = colors[Double(most)]
        for share in [color.red, color.green, color.blue] {
          pixels.append(UInt8((255 * share).rounded()))
        }
      }
    }
    return RGBImage(width: width, height: height, pixels: pixels)
  }
}
