public import Imaging

/// A row of a table: the columns in which it is most unusual, as bars of standard deviations from the mean.
public struct ExampleBars: SmallPlot {
  /// One column.
  public struct Bar: Sendable {
    /// What the column is called.
    public var name: String
    /// How many standard deviations the row lies from the mean.
    public var deviations: Double

    /// A column with how unusual the row is in it.
    public init(name: String, deviations: Double) {
      (self.name, self.deviations) = (name, deviations)
    }
  }

  /// How many columns are shown.
  public static let count = 8

  /// The columns shown, the most unusual first.
  public let bars: [Bar]
  /// How many columns there are.
  public let columnCount: Int

  /// Takes the most unusual of all columns of a row; of equals the first.
  public init(columns: [Bar]) {
    let order = columns.indices.sorted {
      (abs(columns[$1].deviations), $0) < (abs(columns[$0].deviations), $1)
    }
    bars = order.prefix(Self.count).map { columns[$0] }
    columnCount = columns.count
  }

  private var drawing: SmallBars {
    SmallBars(
      // Grey, for beside weights blue would speak against something.
      rows: bars.map { SmallBars.Row(name: $0.name, value: $0.deviations, color: Palette.bar) },
      least: 2, measure: "deviations from the mean", columnCount: columnCount, decimals: 1)
  }

  /// 300 units wide, 17 a column.
  public var size: (width: Double, height: Double) { drawing.size }

  /// Draws it.
  public func draw(at corner: Point, on canvas: Canvas) { drawing.draw(at: corner, on: canvas) }
}
