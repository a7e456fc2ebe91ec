internal import Foundation
internal import Imaging

/// The frame of a small plot of accuracies: a title, grid lines from 0 to 100 %, a name for what lies
/// below. Plots in one row share this axis, so that heights can be compared.
struct SharePanel {
  /// What a panel takes, with its texts.
  static let (width, height) = (320.0, 250.0)

  /// The area between 0 and 100 %.
  let plot: Rectangle

  /// A panel whose upper left corner lies there.
  init(at corner: Point) {
    plot = Rectangle(
      x: corner.x + 62, y: corner.y + 36, width: Self.width - 80, height: Self.height - 96)
  }

  /// Panels in lines of at most `columns`: their size together.
  static func size(of count: Int, columns: Int) -> (width: Double, height: Double) {
    let lines = (max(1, count) + columns - 1) / columns
    return (width * Double(min(max(1, count), columns)), height * Double(lines))
  }

  /// The panels' upper left corners, in reading order.
  static func corner(_ index: Int, columns: Int) -> Point {
    Point(width * Double(index % columns), height * Double(index / columns))
  }

  /// The height of a share in 0...1.
  func level(_ share: Double) -> Double { plot.bottom - plot.height * share }

  /// Draws all but the data; `below` names the horizontal axis.
  func draw(title: String, below: String, on canvas: Canvas) {
    canvas.text(
      canvas.fitted(title, width: plot.width + 36, size: 14, bold: true),
      at: Point(plot.center.x, plot.y - 20), size: 14, Palette.text, bold: true, .center)
    for tick in stride(from: 0, through: 100, by: 20) {
      let y = level(Double(tick) / 100)
      canvas.line(Point(plot.x, y), Point(plot.right, y), Palette.grid)
      canvas.text("\(tick) %", at: Point(plot.x - 7, y), size: 11, Palette.quiet, .right)
    }
    canvas.text(
      "accuracy", at: Point(plot.x - 48, plot.center.y), size: 12, Palette.quiet, .center,
      angle: -.pi / 2)
    canvas.line(Point(plot.x, plot.bottom), Point(plot.right, plot.bottom), Palette.quiet)
    canvas.text(
      canvas.fitted(below, width: plot.width + 36, size: 12),
      at: Point(plot.center.x, plot.bottom + 38), size: 12, Palette.quiet, .center)
  }

  /// A dashed line across at a share.
  func dashed(_ share: Double, on canvas: Canvas) {
    canvas.stroke(
      .polyline([Point(plot.x, level(share)), Point(plot.right, level(share))]), Palette.quiet,
      dash: [5, 4])
  }

  /// Writes names below the axis where there is room: none touches the one before.
  func names(_ names: [(x: Double, text: String)], size: Double = 11, on canvas: Canvas) {
    var end = -Double.infinity
    for (x, text) in names {
      canvas.line(Point(x, plot.bottom), Point(x, plot.bottom + 4), Palette.quiet)
      let half = canvas.extents(of: text, size: size).width / 2
      guard x - half > end + 3 else { continue }
      canvas.text(text, at: Point(x, plot.bottom + 16), size: size, Palette.quiet, .center)
      end = x + half
    }
  }
}
