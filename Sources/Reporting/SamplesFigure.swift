internal import Foundation
public import Imaging

/// Examples with what they are and what the network says; the wrong ones are framed.
public struct SamplesFigure: Figure {
  /// In reading order.
  public var samples: [ReportSample]
  /// How many stand side by side.
  public var columns: Int

  /// A grid of examples.
  public init(samples: [ReportSample], columns: Int = 8) {
    (self.samples, self.columns) = (samples, max(1, columns))
  }

  private static let (cellWidth, cellHeight, side) = (124.0, 152.0, 96.0)

  /// 124x152 units an example.
  public var size: (width: Double, height: Double) {
    let rows = (samples.count + columns - 1) / columns
    return (
      16 + Self.cellWidth * Double(max(1, min(columns, samples.count))),
      16 + Self.cellHeight * Double(max(1, rows))
    )
  }

  /// Draws it.
  public func draw(on canvas: Canvas) {
    for (index, sample) in samples.enumerated() {
      let (row, column) = index.quotientAndRemainder(dividingBy: columns)
      let middle = 8 + Self.cellWidth * (Double(column) + 0.5)
      let top = 8 + Self.cellHeight * Double(row)
      let (w, h) = (Double(sample.image.width), Double(sample.image.height))
      let scale = Self.side / max(w, h)
      let place = Rectangle(
        x: middle - w * scale / 2, y: top + 8 + (Self.side - h * scale) / 2, width: w * scale,
        height: h * scale)
      canvas.image(sample.image, in: place)
      let (isRight, answer) = (sample.isHit, sample.answers[0])
      if !isRight {
        canvas.stroke(.rectangle(place.inset(by: -2.5)), Palette.error, width: 4)
      }
      let room = Self.cellWidth - 8
      let sure = String(format: " %.0f%%", 100 * answer.probability)
      let sureWidth = canvas.extents(of: sure, size: 11, bold: !isRight).width
      let said =
        canvas.fitted(answer.name, width: room - sureWidth, size: 11, bold: !isRight) + sure
      canvas.text(
        said, at: Point(middle, top + 119), size: 11, isRight ? Palette.text : Palette.error,
        bold: !isRight, .center)
      canvas.text(
        canvas.fitted("is " + sample.truth, width: room, size: 11), at: Point(middle, top + 135),
        size: 11, Palette.quiet, .center)
    }
  }
}
