internal import Foundation
internal import Imaging
internal import TensorCore

/// A panel of a timeline with many answers: classes by time, the more probable the darker, and below which class is
/// the answer most often.
struct TimelineMap {
  /// What stands at a moment.
  struct Column: Equatable {
    /// The mean probability of each class that is drawn.
    let means: [Double]
    /// The class that most of the answers are; nil where it is not drawn.
    let majority: Int?
  }

  let points: [(seconds: Double, probabilities: [Double])]
  /// The classes that are drawn.
  let classes: [Int]
  /// The names of all.
  let names: [String]
  let axis: TimeAxis
  /// How long before its point the first answer begins, and how long after its point the last one ends, in seconds.
  var edge = 0.0

  /// What is left free beside the map: for names, and for the scale.
  static let (left, right) = (150.0, 74.0)
  private static let (rowHeight, space, stripHeight) = (16.0, 5.0, 14.0)

  /// What a map of so many classes takes, the line of answers included.
  static func height(classes: Int) -> Double {
    rowHeight * Double(classes) + space + stripHeight
  }

  /// The map in columns of equal time, nil where there is no answer. An answer stands for the time from halfway to the
  /// one before to halfway to the next, as far as answers usually are apart; a column has the mean of those in it, by
  /// how much of it they take.
  func columns(_ count: Int) -> [Column?] {
    let span = axis.range.upperBound - axis.range.lowerBound
    let width = span / Double(count)
    let apart = zip(points, points.dropFirst()).map { $1.seconds - $0.seconds }.sorted()
    let reach = (apart.isEmpty ? span / 50 : apart[apart.count / 2]) / 2
    var sums = [[Double]](repeating: classes.map { _ in 0 }, count: count)
    var votes = [[Int: Double]](repeating: [:], count: count)
    var shares = [Double](repeating: 0, count: count)
    for (number, point) in points.enumerated() {
      let before = number == 0 ? max(reach, edge) : reach
      let after = number == points.count - 1 ? max(reach, edge) : reach
      let from = max(0, (point.seconds - before - axis.range.lowerBound) / width)
      let to = (point.seconds + after - axis.range.lowerBound) / width
      let best = point.probabilities.argmax()
      for column in Int(from)..<max(Int(from), min(count, Int(to.rounded(.up)))) {
        let share = min(to, Double(column + 1)) - max(from, Double(column))
        shares[column] += share
        votes[column][best, default: 0] += share
        for (row, index) in classes.enumerated() {
          sums[column][row] += share * point.probabilities[index]
        }
      }
    }
    return (0..<count).map { column in
      guard shares[column] >= 0.5 else { return nil }
      let most = votes[column].max { ($0.value, $1.key) < ($1.value, $0.key) }
      return Column(
        means: sums[column].map { $0 / shares[column] },
        majority: most.flatMap { classes.firstIndex(of: $0.key) })
    }
  }

  /// Draws it, with the scale of its colours from that place on.
  func draw(in plot: Rectangle, scaleAt x: Double, absence: String, on canvas: Canvas) {
    let columns = columns(max(1, Int(plot.width)))
    let colors = SequentialColors(low: 0, high: 1)
    let rows = Rectangle(
      x: plot.x, y: plot.y, width: plot.width, height: Self.rowHeight * Double(classes.count))
    let strip = Rectangle(
      x: plot.x, y: plot.bottom - Self.stripHeight, width: plot.width, height: Self.stripHeight)
    draw(
      classes.indices.map { row in
        columns.map { $0.map { colors[$0.means[row]] } ?? Palette.grid }
      }, in: rows, on: canvas)
    let marks = classes.indices.map { ClassMark($0).color }
    draw(
      [columns.map { $0.map { $0.majority.map { marks[$0] } ?? .white } ?? Palette.grid }],
      in: strip, on: canvas)
    for (row, index) in classes.enumerated() {
      let y = rows.y + Self.rowHeight * (Double(row) + 0.5)
      canvas.fill(
        .rectangle(Rectangle(x: plot.x - 18, y: y - 5, width: 10, height: 10)), marks[row])
      canvas.text(
        canvas.fitted(names[index], width: Self.left - 36, size: 11, cut: .middle),
        at: Point(plot.x - 24, y), size: 11, Palette.text, .right)
    }
    canvas.text(
      "most often", at: Point(plot.x - 8, strip.center.y), size: 11, Palette.quiet, .right)
    let isWhole = columns.allSatisfy { $0 != nil }
    drawScale(
      colors, in: Rectangle(x: x, y: rows.y, width: 10, height: rows.height), on: canvas)
    if !isWhole {
      let y = plot.bottom + 32
      canvas.fill(
        .rectangle(Rectangle(x: plot.x, y: y - 5, width: 10, height: 10)), Palette.grid)
      canvas.text(absence, at: Point(plot.x + 16, y), size: 11, Palette.quiet)
    }
  }

  private func draw(_ pixels: [[Color]], in area: Rectangle, on canvas: Canvas) {
    guard let width = pixels.first?.count, width > 0 else { return }
    let image = RGBImage(
      width: width, height: pixels.count,
      pixels: pixels.joined().flatMap { color in
        [color.red, color.green, color.blue].map { UInt8((255 * $0).rounded()) }
      })
    canvas.image(image, in: area)
    canvas.stroke(.rectangle(area), Palette.quiet, width: 0.7)
  }

  private func drawScale(_ colors: SequentialColors, in bar: Rectangle, on canvas: Canvas) {
    colors.draw(in: bar, on: canvas)
    for (text, y) in [("1", bar.y + 4), ("0", bar.bottom - 4)] {
      canvas.text(text, at: Point(bar.right + 5, y), size: 11, Palette.quiet)
    }
    canvas.text("probability", at: Point(bar.x - 4, bar.y - 12), size: 11, Palette.quiet)
  }
}
