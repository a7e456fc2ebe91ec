internal import Foundation
public import Imaging

/// Examples with what they are and what the network says; the wrong ones are framed. Below them,
/// where there are some, training examples and what augmentation makes of them.
public struct SamplesFigure: Figure {
  /// In reading order.
  public var samples: [ReportSample]
  /// How many stand side by side.
  public var columns: Int

  /// Lines of training examples, each with its name; at most `columns` of a line are shown.
  public var augmented: [(name: String, images: [GrayImage])]

  /// A grid of examples.
  public init(
    samples: [ReportSample], columns: Int = 8,
    augmented: [(name: String, images: [GrayImage])] = []
  ) {
    (self.samples, self.columns) = (samples, max(1, columns))
    self.augmented = augmented
  }

  private static let (cellWidth, cellHeight, side) = (124.0, 152.0, 96.0)
  /// Of a line of training examples, with its name above it.
  private static let lineHeight = 122.0

  private var rows: Int {
    let rows = (samples.count + columns - 1) / columns
    return augmented.isEmpty ? max(1, rows) : rows
  }

  /// 124x152 units an example, 122 units a line of training examples.
  public var size: (width: Double, height: Double) {
    let longest = augmented.reduce(samples.count) { max($0, $1.images.count) }
    return (
      16 + Self.cellWidth * Double(max(1, min(columns, longest))),
      16 + Self.cellHeight * Double(rows) + Self.lineHeight * Double(augmented.count)
    )
  }

  /// Draws it.
  public func draw(on canvas: Canvas) {
    for (index, sample) in samples.enumerated() {
      let (row, column) = index.quotientAndRemainder(dividingBy: columns)
      let middle = 8 + Self.cellWidth * (Double(column) + 0.5)
      let top = 8 + Self.cellHeight * Double(row)
      let place = place(of: sample.image, middle: middle, top: top + 8)
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
    for (index, line) in augmented.enumerated() {
      let top = 8 + Self.cellHeight * Double(rows) + Self.lineHeight * Double(index)
      let width = size.width - 32
      canvas.text(
        canvas.fitted(line.name, width: width, size: 11), at: Point(16, top + 8), size: 11,
        Palette.quiet)
      for (column, image) in line.images.prefix(columns).enumerated() {
        let middle = 8 + Self.cellWidth * (Double(column) + 0.5)
        canvas.image(image, in: place(of: image, middle: middle, top: top + 20))
      }
    }
  }

  /// Where an image lies that fills a square as far as its form allows.
  private func place(of image: GrayImage, middle: Double, top: Double) -> Rectangle {
    let (w, h) = (Double(image.width), Double(image.height))
    let scale = Self.side / max(w, h)
    return Rectangle(
      x: middle - w * scale / 2, y: top + (Self.side - h * scale) / 2, width: w * scale,
      height: h * scale)
  }
}
