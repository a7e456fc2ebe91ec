public import Evaluation
internal import Foundation
public import Imaging

/// A reliability diagram (Niculescu-Mizil and Caruana 2005, DOI 10.1145/1102351.1102430): for
/// answers sorted by their probability, the share that is right against the probability, and below
/// how many there are.
public struct ReliabilityFigure: Figure {
  /// What stands above it.
  public var title: String
  /// The answers by their probability.
  public var bins: [CalibrationBin]

  /// A figure of answers.
  public init(title: String, bins: [CalibrationBin]) { (self.title, self.bins) = (title, bins) }

  /// Pale, and not translucent: over blue that would be grey.
  private static let gapColor = Color(hex: 0xF6CFB3)

  /// 540x450 units.
  public var size: (width: Double, height: Double) { (540, 450) }

  /// Draws it.
  public func draw(on canvas: Canvas) {
    let plot = Rectangle(x: 76, y: 44, width: 440, height: 250)
    let counts = Rectangle(x: 76, y: 316, width: 440, height: 62)
    canvas.text(
      canvas.fitted(title, width: canvas.width - 24, size: 15, bold: true),
      at: Point(canvas.width / 2, 20), size: 15, Palette.text, bold: true, .center)
    drawGrid(plot, counts, on: canvas)
    drawBars(plot, counts, on: canvas)
    canvas.stroke(
      .polyline([Point(plot.x, plot.bottom), Point(plot.right, plot.y)]), Palette.quiet,
      dash: [5, 4])
    canvas.line(Point(plot.x, plot.bottom), Point(plot.right, plot.bottom), Palette.quiet)
    canvas.line(Point(counts.x, counts.bottom), Point(counts.right, counts.bottom), Palette.quiet)
    drawLegend(y: canvas.height - 12, on: canvas)
  }

  private func drawGrid(_ plot: Rectangle, _ counts: Rectangle, on canvas: Canvas) {
    for tick in stride(from: 0, through: 100, by: 20) {
      let share = Double(tick) / 100
      let level = plot.bottom - plot.height * share
      canvas.line(Point(plot.x, level), Point(plot.right, level), Palette.grid)
      canvas.text("\(tick) %", at: Point(plot.x - 8, level), size: 11, Palette.quiet, .right)
      canvas.text(
        "\(tick) %", at: Point(plot.x + plot.width * share, counts.bottom + 14), size: 11,
        Palette.quiet, .center)
    }
    canvas.text(
      "right", at: Point(plot.x - 58, plot.center.y), size: 12, Palette.quiet, .center,
      angle: -.pi / 2)
    canvas.text(
      "answers", at: Point(plot.x - 58, counts.center.y), size: 12, Palette.quiet, .center,
      angle: -.pi / 2)
    canvas.text(
      "\(bins.map(\.count).max() ?? 0)", at: Point(counts.x - 8, counts.y), size: 11,
      Palette.quiet, .right)
    canvas.text(
      "probability of the answer", at: Point(plot.center.x, counts.bottom + 34), size: 12,
      Palette.quiet, .center)
  }

  private func drawBars(_ plot: Rectangle, _ counts: Rectangle, on canvas: Canvas) {
    let width = plot.width / Double(bins.count)
    let most = Double(max(1, bins.map(\.count).max() ?? 1))
    for (index, bin) in bins.enumerated() where bin.count > 0 {
      let x = plot.x + width * Double(index)
      func bar(from low: Double, to high: Double, in area: Rectangle) -> Path {
        .rectangle(
          Rectangle(
            x: x + 1, y: area.bottom - area.height * high, width: width - 2,
            height: area.height * (high - low)))
      }
      canvas.fill(bar(from: 0, to: bin.accuracy, in: plot), Palette.map)
      let (low, high) = (
        min(bin.accuracy, bin.meanConfidence), max(bin.accuracy, bin.meanConfidence)
      )
      canvas.fill(bar(from: low, to: high, in: plot), Self.gapColor)
      let level = plot.bottom - plot.height * bin.accuracy
      canvas.line(Point(x + 1, level), Point(x + width - 1, level), Palette.map, width: 3)
      canvas.fill(bar(from: 0, to: Double(bin.count) / most, in: counts), Palette.quiet)
    }
  }

  private func drawLegend(y: Double, on canvas: Canvas) {
    func entry(_ x: Double, _ color: Color, _ text: String) {
      canvas.fill(.rectangle(Rectangle(x: x, y: y - 5, width: 14, height: 10)), color)
      canvas.text(text, at: Point(x + 20, y), size: 12, Palette.text)
    }
    entry(76, Palette.map, "share that is right")
    entry(240, Self.gapColor, "distance from the mean probability")
  }
}
