internal import Foundation
internal import Imaging

/// A panel of a timeline with few answers: a line a class, with points of a shape of its own.
struct TimelineLines {
  let points: [(seconds: Double, probabilities: [Double])]
  /// The classes that are drawn.
  let classes: [Int]
  let axis: TimeAxis
  /// Points further apart than this, in seconds, are not joined.
  let gap: Double

  /// About so many points of a line have a mark.
  private static let marks = 30

  /// Draws it.
  func draw(in plot: Rectangle, absence: String, on canvas: Canvas) {
    for tick in 0...4 {
      let level = plot.bottom - plot.height * Double(tick) / 4
      canvas.line(Point(plot.x, level), Point(plot.right, level), Palette.grid)
      if tick % 2 == 0 {
        canvas.text(
          String(format: "%.1f", Double(tick) / 4), at: Point(plot.x - 8, level), size: 11,
          Palette.quiet, .right)
      }
    }
    canvas.text(
      "probability", at: Point(plot.x - 44, plot.center.y), size: 12, Palette.quiet, .center,
      angle: -.pi / 2)
    canvas.line(Point(plot.x, plot.bottom), Point(plot.right, plot.bottom), Palette.quiet)
    if points.isEmpty {
      canvas.text(absence, at: plot.center, size: 12, Palette.quiet, .center)
    }
    // Those of one line are marked at other points than those of the next, so that they do not hide each other.
    let step = max(1, (points.count + Self.marks - 1) / Self.marks)
    for (series, index) in classes.enumerated() {
      let mark = ClassMark(series)
      var count = series * step / max(1, classes.count)
      for run in runs {
        let line = run.map {
          Point(
            plot.x + plot.width * axis.share($0.seconds),
            plot.bottom - plot.height * $0.probabilities[index])
        }
        if line.count > 1 {
          canvas.stroke(
            .polyline(thinned(line, tolerance: 0.4)), mark.color, width: 1.8)
        }
        for (number, point) in line.enumerated() {
          // A run has one at least.
          if count % step == 0 || line.count < step && number == line.count / 2 {
            mark.draw(at: point, radius: points.count == 1 ? 4.5 : 3, on: canvas)
          }
          count += 1
        }
      }
    }
  }

  /// Points that are joined.
  private var runs: [[(seconds: Double, probabilities: [Double])]] {
    var runs: [[(seconds: Double, probabilities: [Double])]] = []
    for point in points {
      if let last = runs.last?.last, point.seconds - last.seconds <= gap {
        runs[runs.count - 1].append(point)
      } else {
        runs.append([point])
      }
    }
    return runs
  }
}
