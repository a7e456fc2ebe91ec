internal import Foundation
public import Imaging

/// A row of a table: the columns in which it is most unusual, as bars of standard deviations from the mean.
public struct ExampleBars: Figure {
  /// One column.
  public struct Bar: Sendable {
    /// What the column is called.
    public var name: String
    /// How many standard deviations the row lies from the mean.
    public var deviations: Double

    /// A column with how unusual the row is in it.
    public init(name: String, deviations: Double) {
      (self.name, self.deviations) = (name, deviations)
    }
  }

  /// How many columns are shown.
  public static let count = 8

  /// The columns shown, the most unusual first.
  public let bars: [Bar]
  /// How many columns there are.
  public let columnCount: Int

  /// Takes the most unusual of all columns of a row; of equals the first.
  public init(columns: [Bar]) {
    let order = columns.indices.sorted {
      (abs(columns[$1].deviations), $0) < (abs(columns[$0].deviations), $1)
    }
    bars = order.prefix(Self.count).map { columns[$0] }
    columnCount = columns.count
  }

  private static let (width, line, top, bottom, names, numbers) = (
    300.0, 17.0, 6.0, 26.0, 126.0, 36.0
  )

  /// 300 units wide, 17 a column.
  public var size: (width: Double, height: Double) {
    (Self.width, Self.top + Self.line * Double(max(1, bars.count)) + Self.bottom)
  }

  /// Draws it.
  public func draw(on canvas: Canvas) { draw(at: Point(0, 0), on: canvas) }

  func draw(at corner: Point, on canvas: Canvas) {
    let limit = bars.reduce(2) { max($0, abs($1.deviations)) }
    let left = corner.x + Self.names + 8
    let room = Self.width - Self.names - 8 - Self.numbers
    let middle = left + room / 2
    let end = corner.y + Self.top + Self.line * Double(bars.count)
    for (index, bar) in bars.enumerated() {
      let y = corner.y + Self.top + Self.line * (Double(index) + 0.5)
      canvas.text(
        canvas.fitted(bar.name, width: Self.names, size: 9.5, cut: .middle),
        at: Point(left - 6, y), size: 9.5, Palette.text, .right)
      let length = room / 2 * bar.deviations / limit
      canvas.fill(
        .rectangle(
          Rectangle(
            x: min(middle, middle + length), y: y - 5, width: max(0.5, abs(length)), height: 10)),
        Palette.map)
      canvas.text(
        Self.signed(bar.deviations), at: Point(corner.x + Self.width - 4, y), size: 9.5,
        Palette.text, .right)
    }
    canvas.line(Point(middle, corner.y + Self.top), Point(middle, end), Palette.quiet)
    canvas.text("0", at: Point(middle, end + 8), size: 9, Palette.quiet, .center)
    canvas.text(
      "deviations from the mean"
        + (bars.count < columnCount ? ", \(bars.count) of \(columnCount) columns" : ""),
      at: Point(corner.x + Self.width / 2, end + 20), size: 9, Palette.quiet, .center)
  }

  private static func signed(_ value: Double) -> String {
    String(format: "%+.1f", value).replacingOccurrences(of: "-", with: "\u{2212}")
  }
}
