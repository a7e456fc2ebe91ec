internal import Foundation
internal import Imaging

/// Columns of a table as bars either way from zero with a name and a number each, 300 units wide.
struct SmallBars {
  struct Row {
    let name: String
    let value: Double
    let color: Color
    /// How far the value could be wrong either way; 0 where that is not known.
    var error = 0.0
  }

  let rows: [Row]
  /// The value that takes the whole room either way; larger ones make more room.
  let least: Double
  /// What the bars measure.
  let measure: String
  /// How many columns the table has.
  let columnCount: Int
  /// Decimals of the numbers.
  let decimals: Int

  private static let (line, top, bottom, names, size) = (17.0, 6.0, 26.0, 126.0, 9.5)
  private static let numbers = 48.0

  var size: (width: Double, height: Double) {
    (
      SmallSoundFrame.width,
      Self.top + Self.line * Double(max(1, rows.count)) + Self.bottom
    )
  }

  func draw(at corner: Point, on canvas: Canvas) {
    let limit = rows.reduce(least) { max($0, abs($1.value) + $1.error) }
    let left = corner.x + Self.names + 8
    let room = size.width - Self.names - 8 - Self.numbers
    let middle = left + room / 2
    let end = corner.y + Self.top + Self.line * Double(rows.count)
    for (index, row) in rows.enumerated() {
      let y = corner.y + Self.top + Self.line * (Double(index) + 0.5)
      canvas.text(
        canvas.fitted(row.name, width: Self.names, size: Self.size, cut: .middle),
        at: Point(left - 6, y), size: Self.size, Palette.text, .right)
      let length = room / 2 * row.value / limit
      canvas.fill(
        .rectangle(
          Rectangle(
            x: min(middle, middle + length), y: y - 5, width: max(0.5, abs(length)), height: 10)),
        row.color)
      let error = room / 2 * row.error / limit
      if error > 0.5 {
        let (low, high) = (middle + length - error, middle + length + error)
        canvas.line(Point(low, y), Point(high, y), Palette.text)
        for x in [low, high] { canvas.line(Point(x, y - 3), Point(x, y + 3), Palette.text) }
      }
      canvas.text(
        number(row.value), at: Point(corner.x + size.width - 4, y), size: Self.size, Palette.text,
        .right)
    }
    canvas.line(Point(middle, corner.y + Self.top), Point(middle, end), Palette.quiet)
    canvas.text("0", at: Point(middle, end + 8), size: 9, Palette.quiet, .center)
    canvas.text(
      measure + (rows.count < columnCount ? ", \(rows.count) of \(columnCount) columns" : ""),
      at: Point(corner.x + size.width / 2, end + 20), size: 9, Palette.quiet, .center)
  }

  /// With a sign, the minus as long as the plus.
  private func number(_ value: Double) -> String {
    String(format: "%+.\(decimals)f", value).replacingOccurrences(of: "-", with: "\u{2212}")
  }
}
