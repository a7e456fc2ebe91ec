internal import Foundation
public import Imaging

/// A sound as numbers over time: a spectrogram, or features frame by frame. Darker is more.
public struct ExampleGrid: SmallPlot {
  /// The numbers, the lowest row first.
  public var rows: [[Float]]
  /// What rows and columns stand for.
  public var axes: SoundAxes
  /// The numbers of the lightest and of the darkest colour; what lies beyond has the same.
  public var low, high: Double
  /// What the colours measure.
  public var valueLabel: String
  /// How to read it, a sentence or two.
  public var words: String

  /// A grid with its axes.
  public init(
    rows: [[Float]], axes: SoundAxes, low: Double, high: Double, valueLabel: String, words: String
  ) {
    (self.rows, self.axes, self.words) = (rows, axes, words)
    (self.low, self.high, self.valueLabel) = (low, high, valueLabel)
  }

  private var frame: SmallSoundFrame { SmallSoundFrame(axes: axes) }

  /// 300 units wide; of many named rows as high as their names need.
  public var size: (width: Double, height: Double) { frame.size }

  /// Draws it.
  public func draw(at corner: Point, on canvas: Canvas) {
    let plot = frame.plot(at: corner, on: canvas)
    let colors = SequentialColors(low: low, high: high)
    if let image = GridPlot(
      rows: rows, yRange: 0...1, yLabel: "", low: low, high: high, valueLabel: valueLabel
    ).image(width: rows.first?.count ?? 0, height: rows.count, colors) {
      canvas.image(image, in: plot)
    }
    frame.draw(
      around: plot, scale: [low, (low + high) / 2, high].map(Self.signed), label: valueLabel,
      on: canvas
    ) {
      colors.draw(in: $0, on: canvas)
    }
  }

  private static func signed(_ value: Double) -> String {
    String(format: "%g", value).replacingOccurrences(of: "-", with: "\u{2212}")
  }
}
