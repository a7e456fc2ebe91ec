public import Explainers
internal import Foundation
public import Imaging

/// Why a network says one class of a row of a table: the columns that weigh most as bars, with the row's own
/// values, and how far each could be wrong.
public struct TableExplanationFigure: Figure {
  /// What was found; its parts are the columns, by name.
  public var explanation: Explanation
  /// The row's values.
  public var values: [Double]
  /// How many deviations of the training rows each is above their mean.
  public var deviations: [Double]
  /// The class that is explained.
  public var classIndex: Int
  /// Its name.
  public var className: String

  /// A figure of one class of an explanation of that row.
  public init(
    explanation: Explanation, values: [Double], deviations: [Double], classIndex: Int,
    className: String
  ) {
    precondition(
      values.count == explanation.segmentation.count && deviations.count == values.count
        && explanation.classes.indices.contains(classIndex),
      "\(values.count) values and \(deviations.count) deviations of "
        + "\(explanation.segmentation.count) columns, class \(classIndex)")
    (self.explanation, self.values, self.deviations) = (explanation, values, deviations)
    (self.classIndex, self.className) = (classIndex, className)
  }

  /// How many columns have a bar.
  private static let most = 12
  private static let (width, rowHeight, names, numbers) = (780.0, 26.0, 216.0, 128.0)

  private var explained: ClassExplanation { explanation.classes[classIndex] }
  private var weights: [Double] { explained.weights }
  private var strongest: [Int] {
    Array(
      weights.indices.sorted { (-abs(weights[$0]), $0) < (-abs(weights[$1]), $1) }
        .prefix(Self.most))
  }
  /// The standard error of a column's weight; 0 where it is not known.
  private func error(_ column: Int) -> Double {
    guard let error = explained.sampling?.standardErrors[column], error.isFinite else { return 0 }
    return error
  }
  private var words: ExplanationWords {
    let rest = weights.indices.filter { !strongest.contains($0) }
    let others =
      rest.isEmpty
      ? "\(weights.count) columns"
      : String(
        format: "\(weights.count) columns, the others %+.3f",
        rest.reduce(0) { $0 + weights[$1] }
      ).replacingOccurrences(of: "-", with: "−")
    return ExplanationWords(
      explanation: explanation, classIndex: classIndex, className: className,
      lead: {
        "Orange speaks for \($0), blue against it: what a column adds because it is not at the "
          + "training mean."
      }, weighed: others)
  }
  private var bottom: Double {
    ExplanationWords.top + Self.rowHeight * Double(strongest.count) + 38
  }

  /// 780 wide, as high as its bars and texts.
  public var size: (width: Double, height: Double) { (Self.width, bottom + words.height) }

  /// Draws it.
  public func draw(on canvas: Canvas) {
    words.drawHeader(on: canvas)
    let shown = strongest
    let left = ExplanationWords.margin + Self.names + Self.numbers + 12
    let plot = Rectangle(
      x: left, y: ExplanationWords.top, width: Self.width - left - ExplanationWords.margin - 8,
      height: Self.rowHeight * Double(shown.count))
    let ends = shown.flatMap { [weights[$0] - error($0), weights[$0] + error($0)] }
    // Weights that nobody could read get no long bars.
    let least = SignedColors.smallestLimit
    let axis = Axis(
      covering: explained.isBlank ? ends + [-10 * least, 10 * least, 0] : ends + [0], count: 6)
    func x(_ value: Double) -> Double { plot.x + plot.width * axis.share(value) }
    drawAxis(axis, plot, on: canvas)
    let heads = [("column", plot.x - Self.numbers - 20), ("value (deviations)", plot.x - 12)]
    for (text, right) in heads {
      canvas.text(text, at: Point(right, plot.y - 11), size: 11, Palette.quiet, .right)
    }
    for (place, column) in shown.enumerated() {
      let middle = plot.y + Self.rowHeight * (Double(place) + 0.5)
      let name = explanation.segmentation.names?[column] ?? "column \(column)"
      canvas.text(
        canvas.fitted(name, width: Self.names, size: 12, cut: .middle),
        at: Point(plot.x - Self.numbers - 20, middle), size: 12, Palette.text, .right)
      canvas.text(
        number(of: column), at: Point(plot.x - 12, middle), size: 11, Palette.quiet, .right)
      let (zero, end) = (x(0), x(weights[column]))
      let bar = Rectangle(
        x: min(zero, end), y: middle - 8, width: max(0.5, abs(end - zero)), height: 16)
      canvas.fill(
        .rectangle(bar), weights[column] < 0 ? Palette.against : Palette.speaksFor)
      drawError(
        x(weights[column] - error(column)), x(weights[column] + error(column)), middle, canvas)
    }
    canvas.line(Point(x(0), plot.y), Point(x(0), plot.bottom), Palette.text, width: 1)
    words.drawFooter(below: bottom, on: canvas)
  }

  /// `1823 (+1.2)`: the value and how many deviations it is above the mean.
  private func number(of column: Int) -> String {
    String(format: "%.4g (%+.1f)", values[column], deviations[column])
      .replacingOccurrences(of: "-", with: "−")
  }

  private func drawAxis(_ axis: Axis, _ plot: Rectangle, on canvas: Canvas) {
    for tick in axis.ticks {
      let x = plot.x + plot.width * axis.share(tick)
      canvas.line(Point(x, plot.y), Point(x, plot.bottom), Palette.grid, width: 0.7)
      let sign = tick > 0 ? "+" : "−"
      canvas.text(
        abs(tick) < 1e-12 ? "0" : sign + axis.label(abs(tick)), at: Point(x, plot.bottom + 12),
        size: 11, Palette.text, .center)
    }
    canvas.text(
      "added to the probability", at: Point(plot.center.x, plot.bottom + 30), size: 11,
      Palette.quiet, .center)
  }

  /// One standard error either way.
  private func drawError(_ from: Double, _ to: Double, _ middle: Double, _ canvas: Canvas) {
    guard to - from > 0.5 else { return }
    canvas.line(Point(from, middle), Point(to, middle), Palette.text, width: 1.2)
    for x in [from, to] {
      canvas.line(Point(x, middle - 4), Point(x, middle + 4), Palette.text, width: 1.2)
    }
  }
}
