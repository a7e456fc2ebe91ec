public import Explainers
public import Imaging

/// The columns of a table that weigh most for and against a class, as bars with their names.
public struct ExplanationBars: SmallPlot {
  /// One column.
  public struct Bar: Sendable, Hashable {
    /// What the column is called.
    public var name: String
    /// What it adds to the probability.
    public var weight: Double
    /// Its standard error; 0 where that is not known.
    public var error: Double

    /// A column with its weight.
    public init(name: String, weight: Double, error: Double = 0) {
      (self.name, self.weight, self.error) = (name, weight, error)
    }
  }

  /// How many columns are shown.
  public static let count = 10

  /// The columns shown, those of the largest weights, either way, first.
  public let bars: [Bar]
  /// How many columns there are.
  public let columnCount: Int

  /// Takes the heaviest of all columns; of equals the first.
  public init(columns: [Bar]) {
    let order = columns.indices.sorted {
      (abs(columns[$1].weight), $0) < (abs(columns[$0].weight), $1)
    }
    bars = order.prefix(Self.count).map { columns[$0] }
    columnCount = columns.count
  }

  /// Those of an explanation of a class whose parts are columns.
  public init(_ explanation: Explanation, classIndex: Int) {
    let explained = explanation.classes[classIndex]
    let errors = explained.sampling?.standardErrors
    self.init(
      columns: explained.weights.indices.map { column in
        let error = errors?[column] ?? 0
        return Bar(
          name: explanation.segmentation.names?[column] ?? "column \(column + 1)",
          weight: explained.weights[column], error: error.isFinite ? error : 0)
      })
  }

  private var drawing: SmallBars {
    SmallBars(
      rows: bars.map {
        SmallBars.Row(
          name: $0.name, value: $0.weight,
          color: $0.weight < 0 ? Palette.against : Palette.speaksFor, error: $0.error)
        // Weights that nobody could read get no long bars.
      }, least: SignedColors.smallestLimit, measure: "added to the probability",
      columnCount: columnCount, decimals: 3)
  }

  /// 300 units wide, 17 a column.
  public var size: (width: Double, height: Double) { drawing.size }

  /// Draws it.
  public func draw(at corner: Point, on canvas: Canvas) { drawing.draw(at: corner, on: canvas) }
}
