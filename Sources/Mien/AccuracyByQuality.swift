internal import Datasets
internal import Evaluation
internal import Foundation
internal import Reporting
internal import TensorCore

/// How right a network is on pictures of different quality: the reported rows in quarters by
/// brightness, contrast and sharpness.
struct AccuracyByQuality {
  /// The rows of one quarter.
  struct Group {
    /// The least and the greatest value in it.
    let low, high: Double
    let n, correct: Int
    var accuracy: Double { Double(correct) / Double(n) }
    var interval: ProportionInterval { ProportionInterval(successes: correct, of: n) }
  }

  /// One way of telling pictures apart, and its quarters from the smallest values up; as many pictures
  /// may have the same value, there may be fewer.
  struct Measure {
    let name, unit: String
    let groups: [Group]
  }

  let measures: [Measure]
  private let rows: [Int]
  private let qualities: [PictureQuality]

  private static let kinds:
    [(name: String, unit: String, value: @Sendable (PictureQuality) -> Double)] = [
      ("brightness", "mean grey level", { $0.brightness }),
      ("contrast", "deviation of the grey levels", { $0.contrast }),
      ("sharpness", "variance of the Laplacian", { $0.sharpness }),
    ]

  /// Groups pictures.
  ///
  /// - Parameters:
  ///   - qualities: one a picture.
  ///   - rows: what the source calls each.
  ///   - isHit: whether each was answered rightly.
  init(_ qualities: [PictureQuality], rows: [Int], isHit: [Bool]) {
    precondition(
      qualities.count == rows.count && rows.count == isHit.count,
      "\(qualities.count) qualities, \(rows.count) rows, \(isHit.count) answers")
    (self.rows, self.qualities) = (rows, qualities)
    measures = Self.kinds.map { kind in
      Measure(
        name: kind.name, unit: kind.unit,
        groups: Self.quarters(qualities.map(kind.value), isHit))
    }
  }

  /// A group holds the values above the quartile before it, up to and with its own: as `pandas.qcut`
  /// cuts them.
  static func quarters(_ values: [Double], _ isHit: [Bool]) -> [Group] {
    let sorted = values.sorted()
    guard let last = sorted.last else { return [] }
    let bounds = [0.25, 0.5, 0.75].map { quantile($0, of: sorted) } + [last]
    var members = [[Int]](repeating: [], count: bounds.count)
    for (index, value) in values.enumerated() {
      members[bounds.firstIndex { value <= $0 } ?? bounds.count - 1].append(index)
    }
    return members.compactMap { indices in
      let inside = indices.map { values[$0] }
      guard let low = inside.min(), let high = inside.max() else { return nil }
      return Group(
        low: low, high: high, n: indices.count, correct: indices.count { isHit[$0] })
    }
  }
}

// As a picture and as tables.
extension AccuracyByQuality {
  func figure(accuracy: Double) -> QualityFigure {
    QualityFigure(
      panels: measures.map { measure in
        QualityFigure.Panel(
          title: measure.name.capitalized, unit: "quarters by the \(measure.unit)",
          groups: measure.groups.map {
            QualityFigure.Group(
              name: "to \(shortNumber($0.high))", share: $0.accuracy,
              low: $0.interval.low, high: $0.interval.high)
          })
      }, overall: accuracy)
  }

  var table: RunReport.Table {
    RunReport.Table(
      columns: ["measure", "from", "to", "rows", "accuracy", "95 % interval"],
      rows: measures.flatMap { measure in
        measure.groups.map { group in
          [
            measure.name, shortNumber(group.low), shortNumber(group.high), "\(group.n)",
            percent(group.accuracy),
            "\(percent(group.interval.low)) to \(percent(group.interval.high))",
          ]
        }
      })
  }

  /// `quality.csv`: a line a row.
  var csv: String {
    CSVLine.of(["row"] + Self.kinds.map(\.name))
      + zip(rows, qualities).map { row, quality in
        CSVLine.of(["\(row)"] + Self.kinds.map { "\($0.value(quality))" })
      }.joined()
  }
}
