import Evaluation
import Foundation
import Imaging
import TensorCore
import TestSupport
import Testing

@testable import Reporting

extension Examples {
  /// Seeded answers, their rankings drawn.
  ///
  /// - Parameters:
  ///   - levels: how many values a probability can have; 0 is any.
  ///   - never: a class that is never probable.
  static func ranking(
    _ kind: RankingCurvesFigure.Kind, _ classes: Int, rows: Int, name: String = "class",
    levels: Int = 0, never: Int? = nil
  ) -> RankingCurvesFigure {
    RankingCurvesFigure(
      kind, ranking(classes, rows: rows, name: name, levels: levels, never: never))
  }

  static func ranking(
    _ classes: Int, rows: Int, name: String = "class", levels: Int = 0, never: Int? = nil
  ) -> OneVersusRest {
    var random = RandomStream(seed: 4)
    let labels = (0..<rows).map { _ in
      min(random.integer(below: classes), random.integer(below: classes))
    }
    var values: [Float] = []
    for label in labels {
      for index in 0..<classes {
        let certainty: Float = index == label ? 0.35 : 0
        let value = index == never ? 0 : min(1, certainty + 0.65 * random.uniform())
        values.append(levels > 0 ? (value * Float(levels)).rounded() / Float(levels) : value)
      }
    }
    return OneVersusRest(
      probabilities: Tensor([rows, classes], values), labels: labels,
      classes: (0..<classes).map { "\(name) \($0)" })
  }
}

@Suite("ROC and precision-recall curves") struct RankingCurvesTests {
  @Test("an SVG is below 60 kB, however many rows and classes there are") func sizes() throws {
    for kind in [RankingCurvesFigure.Kind.roc, .precisionRecall] {
      for (classes, rows) in [(2, 300), (7, 3589), (8, 60_000), (100, 4000)] {
        let size = try Examples.ranking(kind, classes, rows: rows).svg(idPrefix: "pr-").utf8.count
        #expect(size < 60_000, "\(kind), \(classes) classes, \(rows) rows: \(size) bytes")
      }
    }
  }

  @Test("the words have each area; of many classes the six with most rows and the mean")
  func words() throws {
    let ranking = Examples.ranking(7, rows: 500, name: "Sad")
    let roc = RankingCurvesFigure(.roc, ranking)
    for one in ranking.classes {
      let area = String(format: "%.3f", try #require(one.roc?.area))
      #expect(roc.alternative.contains("\(one.name) \(area)"))
    }
    let many = RankingCurvesFigure(.precisionRecall, Examples.ranking(100, rows: 4000))
    let others = Examples.ranking(100, rows: 4000).classes.count { $0.roc != nil } - 6
    #expect(others > 80 && many.alternative.contains("and \(others) classes more"))
    #expect(many.alternative.matches(of: /class\s\d/).count == 6)
    // Low numbers are drawn more often.
    #expect(many.alternative.contains("class 0 ") && !many.alternative.contains("class 99 "))
  }

  @Test("without a row of two classes there is no curve, and the figure says so") func empty() {
    let none = Examples.ranking(.roc, 2, rows: 1)
    #expect(none.isEmpty)
    #expect(!Examples.ranking(.roc, 2, rows: 50).isEmpty)
  }

  @Test("thinning keeps the ends and stays within its tolerance of every point") func thinning() {
    var random = RandomStream(seed: 1)
    var points: [Point] = []
    for index in 0..<4000 {
      points.append(
        Point(Double(index) / 10, 50 + 30 * Double(index % 7 == 0 ? random.uniform() : 0.5)))
    }
    let thin = thinned(points, tolerance: 0.5)
    #expect(thin.count < 3000)
    // Each point is near a piece of what is left; an eighth a coordinate is rounding.
    for point in points {
      let distance = zip(thin, thin.dropFirst()).map { start, end -> Double in
        let (dx, dy) = (end.x - start.x, end.y - start.y)
        let length = max(dx * dx + dy * dy, 1e-12)
        let along = ((point.x - start.x) * dx + (point.y - start.y) * dy) / length
        let t = min(1, max(0, along))
        return hypot(point.x - start.x - t * dx, point.y - start.y - t * dy)
      }.min()
      #expect((distance ?? .infinity) <= 0.5 + 0.25 + 0.2)
    }
    let straight = thinned((0...100).map { Point(Double($0), Double($0)) }, tolerance: 0.3)
    #expect(straight == [Point(0, 0), Point(100, 100)])
    #expect(thinned([], tolerance: 1).isEmpty && thinned([Point(1, 2)], tolerance: 1).count == 1)
  }

  @Test("a run that goes astray leaves room for the others, and is in the legend") func astray() {
    let panel = Examples.astray(2).panels[0]
    let values = panel.shownValues
    #expect(values.allSatisfy { $0 < 10 } && values.count >= 15)
    // Runs that differ as runs do are shown whole.
    let usual = CurvesFigure.Panel(
      title: "Loss",
      series: [
        .init(name: "a", values: [2, 1, 0.5]), .init(name: "b", values: [3.5, 1.5, 1]),
        .init(name: "c", values: [1.9]),
      ])
    var cutting = usual
    cutting.cutsOutliers = true
    #expect(cutting.shownValues == usual.shownValues)
    cutting.series = [.init(name: "a", values: [1.9]), .init(name: "b", values: [2.3])]
    #expect(cutting.shownValues.count == 2)
    cutting.series = [.init(name: "a", values: [.nan])]
    #expect(cutting.shownValues.isEmpty)
  }
}
