public import Evaluation
internal import Foundation
public import Imaging

/// How well the probability of each class ranks its rows before all others: ROC curves or
/// precision-recall curves, a class against the rest, with the area of each in the legend and what chance
/// would give as a dashed line.
///
///     let ranking = predictions.oneVersusRest           // `Predictions`, or probabilities and labels
///     let roc = RankingCurvesFigure(.roc, ranking)
///     let precisionRecall = RankingCurvesFigure(.precisionRecall, ranking)
///     try roc.svg(idPrefix: "roc-"), try roc.png()      // as of any `Figure`
///     roc.alternative                                   // the areas in words, for a screen reader
///
/// Up to eight classes have a curve each; of more, the six with the most rows, and the legend has the
/// mean over all and how many are left out. A class without a row, or with every row, has no curve, which
/// is said. Where no class has one, `isEmpty`: leave the figure out. A figure is 460 units wide, so two
/// stand beside each other where `CurvesFigure`'s panels do, and its SVG is below 60 kB however many
/// rows there are.
public struct RankingCurvesFigure: Figure {
  /// Which curves.
  public enum Kind: String, Sendable {
    /// The share of the class that is found against the share of the others taken for it.
    case roc
    /// The share that is right among those taken for the class against the share of it that is
    /// found.
    case precisionRecall = "precision_recall"
  }

  /// A class's curve, both coordinates in 0...1.
  private struct Curve: Sendable {
    var name: String
    var rowCount: Int
    var area, chance: Double
    var points: [(x: Double, y: Double)]
  }

  /// Which curves.
  public let kind: Kind
  /// What stands above them.
  public var title: String
  private let curves: [Curve]
  private let leftOut: Int
  private let classCount: Int
  private let missing: [String]
  private let mean: Double?

  /// How many classes have a curve each.
  static let mostCurves = 8
  /// How many have of more classes.
  static let fewerCurves = 6

  /// A figure of a ranking; `title` names the kind of curve where it is left out.
  public init(_ kind: Kind, _ ranking: OneVersusRest, title: String? = nil) {
    self.kind = kind
    self.title = title ?? (kind == .roc ? "ROC curves" : "Precision and recall")
    let known = ranking.classes.compactMap { Self.curve(kind, $0) }
    classCount = known.count
    if known.count > Self.mostCurves {
      // Of equals the first.
      let order = known.indices.sorted {
        (known[$1].rowCount, $0) < (known[$0].rowCount, $1)
      }
      curves = order.prefix(Self.fewerCurves).map { known[$0] }
    } else {
      curves = known
    }
    leftOut = known.count - curves.count
    missing = ranking.classes.filter { $0.roc == nil }.map(\.name)
    mean = kind == .roc ? ranking.macroROCArea : ranking.macroAveragePrecision
  }

  /// Whether no class has a curve.
  public var isEmpty: Bool { curves.isEmpty }

  /// What it shows, in words: the area of each curve.
  public var alternative: String {
    "\(kind == .roc ? "ROC" : "precision-recall") curves of each class against the rest; "
      + (kind == .roc ? "areas" : "average precision") + ": "
      + curves.map { "\($0.name) \(Self.number($0.area))" }.joined(separator: ", ")
      + (leftOut > 0 ? ", and \(leftOut) classes more" : "")
      + (mean.map { "; mean \(Self.number($0))" } ?? "")
  }

  private static func curve(_ kind: Kind, _ one: OneVersusRest.PerClass) -> Curve? {
    switch kind {
    case .roc:
      guard let roc = one.roc else { return nil }
      return Curve(
        name: one.name, rowCount: one.rowCount, area: roc.area, chance: 0.5,
        points: zip(roc.falsePositiveRates, roc.truePositiveRates).map { ($0, $1) })
    case .precisionRecall:
      guard let curve = one.precisionRecall else { return nil }
      // As the staircase whose area is the average precision: a precision holds from the recall of
      // the next higher threshold to its own.
      var points: [(x: Double, y: Double)] = []
      var before = 0.0
      for (recall, precision) in zip(curve.recalls, curve.precisions).reversed().dropFirst() {
        points += [(before, precision), (recall, precision)]
        // Lower thresholds find no more; they add nothing to the area.
        if recall == 1 { break }
        before = recall
      }
      return Curve(
        name: one.name, rowCount: one.rowCount, area: curve.averagePrecision,
        chance: curve.baseRate, points: points)
    }
  }

  private static func number(_ value: Double) -> String { String(format: "%.3f", value) }

  private static let plot = Rectangle(x: 66, y: 40, width: 370, height: 330)
  private static let legendTop = plot.bottom + 66

  /// What stands below the curves: with a stroke, or without.
  private var legend: [(text: String, stroke: SeriesStroke?)] {
    var lines = curves.enumerated().map { index, curve in
      (
        "\(Self.number(curve.area))  \(curve.name), \(curve.rowCount) "
          + (curve.rowCount == 1 ? "row" : "rows"), SeriesStroke(index) as SeriesStroke?
      )
    }
    if let mean, classCount > 1 {
      lines.append(("\(Self.number(mean))  mean of \(classCount) classes", nil))
    }
    if leftOut > 0 { lines.append(("not drawn: the other \(leftOut) classes", nil)) }
    if missing.count > 2 {
      lines.append(("no curve: \(missing.count) classes without rows, or with all", nil))
    } else if !missing.isEmpty {
      lines.append(("no curve: \(missing.joined(separator: ", "))", nil))
    }
    return lines
  }

  /// 460 wide, and as high as the legend needs.
  public var size: (width: Double, height: Double) {
    (460, Self.legendTop + 18 * Double(legend.count + 1) + 2)
  }

  /// Draws it.
  public func draw(on canvas: Canvas) {
    let plot = Self.plot
    canvas.text(
      canvas.fitted(title, width: plot.width, size: 15, bold: true),
      at: Point(plot.center.x, 16), size: 15, Palette.text, bold: true, .center)
    drawGrid(on: canvas)
    drawChance(on: canvas)
    for (index, curve) in curves.enumerated() {
      let stroke = SeriesStroke(index)
      // A line that is no further off than half a pixel looks the same.
      let points = thinned(curve.points.map(Self.place), tolerance: 0.5)
      canvas.stroke(.polyline(points), stroke.color, width: 2, dash: stroke.dash)
    }
    drawLegend(on: canvas)
  }

  private static func place(_ x: Double, _ y: Double) -> Point {
    Point(plot.x + plot.width * x, plot.bottom - plot.height * y)
  }

  private func drawGrid(on canvas: Canvas) {
    let plot = Self.plot
    var grid = Path()
    for tick in stride(from: 0, through: 10, by: 2) {
      let share = Double(tick) / 10
      let (column, level) = (Self.place(share, 0).x, Self.place(0, share).y)
      grid.move(to: Point(plot.x, level))
      grid.line(to: Point(plot.right, level))
      grid.move(to: Point(column, plot.y))
      grid.line(to: Point(column, plot.bottom))
      let label = String(format: "%.1f", share)
      canvas.text(label, at: Point(plot.x - 8, level), size: 12, Palette.quiet, .right)
      canvas.text(label, at: Point(column, plot.bottom + 14), size: 12, Palette.quiet, .center)
    }
    canvas.stroke(grid, Palette.grid)
    canvas.stroke(
      .polyline([
        Point(plot.x, plot.y), Point(plot.x, plot.bottom), Point(plot.right, plot.bottom),
      ]), Palette.quiet)
    canvas.text(
      kind == .roc ? "false positive rate" : "recall",
      at: Point(plot.center.x, plot.bottom + 36), size: 12, Palette.quiet, .center)
    canvas.text(
      kind == .roc ? "true positive rate" : "precision",
      at: Point(plot.x - 46, plot.center.y), size: 12, Palette.quiet, .center, angle: -.pi / 2)
  }

  private func drawChance(on canvas: Canvas) {
    switch kind {
    case .roc:
      canvas.stroke(
        .polyline([Self.place(0, 0), Self.place(1, 1)]), Palette.quiet, dash: [5, 4])
    case .precisionRecall:
      for (index, curve) in curves.enumerated() {
        canvas.stroke(
          .polyline([Self.place(0, curve.chance), Self.place(1, curve.chance)]),
          SeriesStroke(index).color.opacity(0.7), dash: [1, 4])
      }
    }
  }

  private func drawLegend(on canvas: Canvas) {
    let plot = Self.plot
    let chance = kind == .roc ? "0.500  chance" : "chance: the class's share of all rows"
    for (index, entry) in (legend + [(chance, nil)]).enumerated() {
      let y = Self.legendTop + 18 * Double(index)
      let swatch = Path.polyline([Point(plot.x, y), Point(plot.x + 24, y)])
      if let stroke = entry.stroke {
        canvas.stroke(swatch, stroke.color, width: 3, dash: stroke.dash)
      } else if index == legend.count {
        canvas.stroke(swatch, Palette.quiet, dash: kind == .roc ? [5, 4] : [1, 4])
      }
      canvas.text(
        canvas.fitted(entry.text, width: plot.width - 34, size: 12, cut: .middle),
        at: Point(plot.x + 34, y), size: 12, Palette.text)
    }
  }
}
