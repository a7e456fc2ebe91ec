internal import Foundation
public import Imaging

/// How right a network is on each speaker, artist or corpus: a dot a group with its interval, the best above,
/// and a dashed line for all rows together.
public struct GroupsFigure: Figure {
  /// One group; shares in 0...1.
  public struct Group: Sendable {
    /// What it is called.
    public var name: String
    /// The share that is right.
    public var share: Double
    /// The ends of its interval.
    public var low, high: Double
    /// How many rows it has.
    public var n: Int

    /// A group from its numbers.
    public init(name: String, share: Double, low: Double, high: Double, n: Int) {
      (self.name, self.share, self.low, self.high, self.n) = (name, share, low, high, n)
    }
  }

  /// How many of the best groups and of the worst are drawn where there are more than both together.
  public static let endCount = 15

  /// What stands above it.
  public var title: String
  /// The best first.
  public var groups: [Group]
  /// The share that is right of all rows.
  public var overall: Double

  /// A figure of groups.
  public init(title: String, groups: [Group], overall: Double) {
    (self.title, self.groups, self.overall) = (title, groups, overall)
  }

  private static let (width, left, right, top, bottom, line) = (
    720.0, 190.0, 92.0, 44.0, 46.0, 21.0
  )

  /// How many groups are left out.
  public var hiddenCount: Int { max(0, groups.count - 2 * Self.endCount) }

  /// The groups drawn, with a gap for those left out.
  private var shown: [Group?] {
    hiddenCount == 0
      ? groups.map { $0 }
      : groups.prefix(Self.endCount).map { $0 } + [nil] + groups.suffix(Self.endCount).map { $0 }
  }

  /// 720 units wide, 21 a group.
  public var size: (width: Double, height: Double) {
    (Self.width, Self.top + Self.line * Double(max(1, shown.count)) + Self.bottom)
  }

  /// Draws it.
  public func draw(on canvas: Canvas) {
    let plot = Rectangle(
      x: Self.left, y: Self.top, width: Self.width - Self.left - Self.right,
      height: size.height - Self.top - Self.bottom)
    func x(_ share: Double) -> Double { plot.x + plot.width * share }
    canvas.text(
      canvas.fitted(title, width: Self.width - 24, size: 14, bold: true),
      at: Point(Self.width / 2, 20), size: 14, Palette.text, bold: true, .center)
    for tick in stride(from: 0, through: 100, by: 20) {
      let place = x(Double(tick) / 100)
      canvas.line(Point(place, plot.y), Point(place, plot.bottom), Palette.grid)
      canvas.text(
        "\(tick) %", at: Point(place, plot.bottom + 13), size: 11, Palette.quiet, .center)
    }
    canvas.text(
      "accuracy; dashed: all rows", at: Point(plot.center.x, plot.bottom + 32), size: 12,
      Palette.quiet, .center)
    canvas.stroke(
      .polyline([Point(x(overall), plot.y), Point(x(overall), plot.bottom)]), Palette.quiet,
      dash: [5, 4])
    canvas.line(Point(plot.x, plot.bottom), Point(plot.right, plot.bottom), Palette.quiet)
    for (index, group) in shown.enumerated() {
      let y = plot.y + Self.line * (Double(index) + 0.5)
      guard let group else {
        canvas.text(
          "… \(hiddenCount) between these …", at: Point(plot.x - 10, y), size: 11, Palette.quiet,
          .right)
        continue
      }
      canvas.text(
        canvas.fitted(group.name, width: Self.left - 22, size: 12, cut: .middle),
        at: Point(plot.x - 10, y), size: 12, Palette.text, .right)
      canvas.line(Point(x(group.low), y), Point(x(group.high), y), Palette.map, width: 2)
      for end in [group.low, group.high] {
        canvas.line(Point(x(end), y - 4), Point(x(end), y + 4), Palette.map, width: 2)
      }
      canvas.fill(.ellipse(Point(x(group.share), y), 4.5, 4.5), Palette.map)
      canvas.text(
        "\(group.n) \(group.n == 1 ? "row" : "rows")", at: Point(plot.right + 12, y), size: 11,
        Palette.quiet)
    }
  }
}
