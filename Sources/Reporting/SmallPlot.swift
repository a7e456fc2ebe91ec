public import Imaging

/// A small drawing with axes that stands among others: beside an example, or as one of several tiles.
public protocol SmallPlot: Figure {
  /// Draws it with its upper left corner there.
  func draw(at corner: Point, on canvas: Canvas)
}

extension SmallPlot {
  /// Draws it alone.
  public func draw(on canvas: Canvas) { draw(at: Point(0, 0), on: canvas) }
}

/// What small pictures of sounds have around them: axes, and at the right a scale of colours.
struct SmallSoundFrame {
  let axes: SoundAxes

  /// Of all small drawings.
  static let width = 300.0
  /// What the scale and its numbers take at the right: as much everywhere, so that a moment is at the same place in
  /// drawings that stand below each other.
  private static let right = 58.0
  private static let (top, least, numberSize) = (14.0, 120.0, 9.0)
  private static let style = SoundAxes.Style.small

  /// 300 units wide; of many named rows as high as their names need.
  var size: (width: Double, height: Double) {
    let plot = max(Self.least, Self.style.line * Double(axes.ticks.count))
    return (Self.width, Self.top + plot + Self.style.height)
  }

  /// Where the picture itself lies.
  func plot(at corner: Point, on canvas: Canvas) -> Rectangle {
    let left = axes.width(Self.style, on: canvas)
    return Rectangle(
      x: corner.x + left, y: corner.y + Self.top, width: Self.width - left - Self.right,
      height: size.height - Self.top - Self.style.height)
  }

  /// Draws the axes and, after `drawBar` has drawn it, the numbers of the scale, from below.
  func draw(
    around plot: Rectangle, scale: [String], label: String, on canvas: Canvas,
    drawBar: (Rectangle) -> Void
  ) {
    canvas.stroke(.rectangle(plot), Palette.quiet, width: 0.7)
    axes.draw(around: plot, Self.style, on: canvas)
    let bar = Rectangle(x: plot.right + 7, y: plot.y, width: 7, height: plot.height)
    drawBar(bar)
    canvas.text(label, at: Point(bar.x, plot.y - 8), size: Self.numberSize, Palette.quiet)
    for (index, text) in scale.enumerated() {
      let share = Double(index) / Double(max(1, scale.count - 1))
      // At the ends the text stays beside the bar.
      let y = bar.bottom - bar.height * share + (share - 0.5) * 7
      canvas.text(text, at: Point(bar.right + 3, y), size: Self.numberSize, Palette.quiet)
    }
  }
}
