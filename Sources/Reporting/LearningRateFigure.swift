public import Imaging

/// The loss of a range test over the logarithm of the learning rate, with what can be read from it.
public struct LearningRateFigure: Figure {
  /// What stands above it.
  public var title: String
  /// One a step, rising, above 0.
  public var rates: [Double]
  /// The loss of each step.
  public var losses: [Double]
  /// The smoothed loss at each step.
  public var smoothed: [Double]
  /// The rate to begin with.
  public var suggestion: Double?
  /// Where the smoothed loss falls most steeply.
  public var steepest: Double?
  /// Where it is least.
  public var minimum: Double?

  /// A figure without marks. `rates`, `losses` and `smoothed` are equally many.
  public init(title: String, rates: [Double], losses: [Double], smoothed: [Double]) {
    precondition(
      rates.count == losses.count && rates.count == smoothed.count,
      "\(rates.count) rates, \(losses.count) losses, \(smoothed.count) smoothed")
    (self.title, self.rates, self.losses, self.smoothed) = (title, rates, losses, smoothed)
  }

  /// 640 by 430 units.
  public var size: (width: Double, height: Double) { (640, 430) }

  private static let plot = Rectangle(x: 64, y: 62, width: 552, height: 248)

  /// Draws it.
  public func draw(on canvas: Canvas) {
    let plot = Self.plot
    let x = LogAxis(covering: rates)
    let y = Axis(covering: shownLosses, count: 5)
    func place(_ rate: Double, _ loss: Double) -> Point {
      Point(plot.x + plot.width * x.share(rate), plot.bottom - plot.height * y.share(loss))
    }
    canvas.text(
      canvas.fitted(title, width: plot.width, size: 15, bold: true),
      at: Point(plot.center.x, 16), size: 15, Palette.text, bold: true, .center)
    for tick in y.ticks {
      let level = place(x.low, tick).y
      canvas.line(Point(plot.x, level), Point(plot.right, level), Palette.grid)
      canvas.text(y.label(tick), at: Point(plot.x - 8, level), size: 11, Palette.quiet, .right)
    }
    for tick in x.ticks {
      let column = place(tick, y.low).x
      canvas.line(Point(column, plot.bottom), Point(column, plot.bottom + 4), Palette.quiet)
      canvas.text(
        shortNumber(tick), at: Point(column, plot.bottom + 15), size: 11, Palette.quiet, .center)
    }
    canvas.line(Point(plot.x, plot.bottom), Point(plot.right, plot.bottom), Palette.quiet)
    canvas.text(
      "learning rate", at: Point(plot.center.x, plot.bottom + 34), size: 12, Palette.quiet, .center)

    let area = Rectangle(x: plot.x - 3, y: plot.y, width: plot.width + 6, height: plot.height + 3)
    canvas.clipped(to: .rectangle(area)) {
      for (rate, loss) in zip(rates, losses) where loss.isFinite {
        canvas.fill(.ellipse(place(rate, loss), 1.7, 1.7), Palette.quiet.opacity(0.45))
      }
      canvas.stroke(
        .polyline(zip(rates, smoothed).filter { $0.1.isFinite }.map(place)), Palette.series[0],
        width: 2.5)
    }
    drawMarks(on: canvas, x, place)
    drawLegend(on: canvas)
  }

  /// Losses that are worth their room: what explodes leaves the picture at the top.
  private var shownLosses: [Double] {
    let finite = smoothed.filter(\.isFinite)
    guard let first = finite.first, let most = finite.max(),
      let least = (finite + losses.filter(\.isFinite)).min()
    else { return [] }
    return [least, min(most, first + 0.35 * max(first - least, 0.1 * abs(first)))]
  }

  private func drawMarks(
    on canvas: Canvas, _ x: LogAxis, _ place: (Double, Double) -> Point
  ) {
    let plot = Self.plot
    func value(at rate: Double) -> Double? {
      zip(rates, smoothed).min { abs($0.0 / rate - 1) < abs($1.0 / rate - 1) }?.1
    }
    // A place as the legend shows it, on the curve.
    for (rate, color, isRound) in [
      (steepest, Palette.series[2], false), (minimum, Palette.series[3], true),
    ] {
      guard let rate, let loss = value(at: rate) else { continue }
      let point = place(rate, loss)
      canvas.fill(Self.mark(at: point, isRound: isRound), color)
    }
    guard let suggestion else { return }
    // It may lie below the first rate.
    let share = min(max(x.share(suggestion), 0), 1)
    let column = plot.x + plot.width * share
    canvas.stroke(
      .polyline([Point(column, plot.y), Point(column, plot.bottom)]), Palette.error, width: 1.5,
      dash: [5, 4])
    canvas.text(
      "suggestion: \(shortNumber(suggestion))",
      at: Point(min(max(column, plot.x + 70), plot.right - 70), plot.y - 14), size: 12,
      Palette.error, bold: true, .center)
  }

  private static func mark(at point: Point, isRound: Bool) -> Path {
    let r = 5.5
    if isRound { return .ellipse(point, r, r) }
    return .polyline(
      [
        Point(point.x, point.y - r - 1), Point(point.x + r + 1, point.y),
        Point(point.x, point.y + r + 1), Point(point.x - r - 1, point.y),
      ], closed: true)
  }

  private func drawLegend(on canvas: Canvas) {
    let plot = Self.plot
    let (left, middle) = (plot.x, plot.center.x + 10)
    let (first, second) = (plot.bottom + 66, plot.bottom + 90)
    func entry(_ text: String, at point: Point, _ draw: () -> Void) {
      draw()
      canvas.text(
        canvas.fitted(text, width: 240, size: 12), at: Point(point.x + 30, point.y), size: 12,
        Palette.text)
    }
    entry("smoothed loss", at: Point(left, first)) {
      canvas.line(Point(left, first), Point(left + 22, first), Palette.series[0], width: 3)
    }
    entry("loss of a step", at: Point(left, second)) {
      canvas.fill(.ellipse(Point(left + 11, second), 2.5, 2.5), Palette.quiet.opacity(0.6))
    }
    if let minimum {
      entry("least: \(shortNumber(minimum))", at: Point(middle, first)) {
        canvas.fill(Self.mark(at: Point(middle + 11, first), isRound: true), Palette.series[3])
      }
    }
    if let steepest {
      entry("steepest fall: \(shortNumber(steepest))", at: Point(middle, second)) {
        canvas.fill(Self.mark(at: Point(middle + 11, second), isRound: false), Palette.series[2])
      }
    }
  }
}
