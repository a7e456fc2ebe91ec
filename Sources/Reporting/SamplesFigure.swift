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
  public var augmented: [(name: String, pictures: [ExamplePicture])]

  /// A grid of examples. Without `columns` eight stand side by side, of drawings with axes four.
  public init(
    samples: [ReportSample], columns: Int? = nil,
    augmented: [(name: String, pictures: [ExamplePicture])] = []
  ) {
    (self.samples, self.augmented) = (samples, augmented)
    let isPlot = (samples.first?.picture ?? augmented.first?.pictures.first)?.isPlot ?? false
    self.columns = max(1, columns ?? (isPlot ? 4 : 8))
  }

  /// What a picture takes: as much as the largest.
  private var pictureSize: (width: Double, height: Double) {
    let sizes = (samples.map(\.picture) + augmented.flatMap(\.pictures)).map {
      $0.size(imageSide: Self.side)
    }
    return (
      sizes.map(\.width).max() ?? Self.side, sizes.map(\.height).max() ?? Self.side
    )
  }

  private static let side = 96.0
  private var cellWidth: Double { pictureSize.width + 28 }
  private var cellHeight: Double { pictureSize.height + 56 }
  /// Of a line of training examples, with its name above it.
  private var lineHeight: Double { pictureSize.height + 26 }

  private var rows: Int {
    let rows = (samples.count + columns - 1) / columns
    return augmented.isEmpty ? max(1, rows) : rows
  }

  /// 124x152 units a face, 122 units a line of training faces; of drawings with axes as much as they take.
  public var size: (width: Double, height: Double) {
    let longest = augmented.reduce(samples.count) { max($0, $1.pictures.count) }
    return (
      16 + cellWidth * Double(max(1, min(columns, longest))),
      16 + cellHeight * Double(rows) + lineHeight * Double(augmented.count)
    )
  }

  /// Draws it.
  public func draw(on canvas: Canvas) {
    for (index, sample) in samples.enumerated() {
      let (row, column) = index.quotientAndRemainder(dividingBy: columns)
      let middle = 8 + cellWidth * (Double(column) + 0.5)
      let top = 8 + cellHeight * Double(row)
      let place = draw(sample.picture, middle: middle, top: top + 8, on: canvas)
      let (isRight, answer) = (sample.isHit, sample.answers[0])
      if !isRight {
        canvas.stroke(.rectangle(place.inset(by: -2.5)), Palette.error, width: 4)
      }
      let room = cellWidth - 8
      let sure = String(format: " %.0f%%", 100 * answer.probability)
      let sureWidth = canvas.extents(of: sure, size: 11, bold: !isRight).width
      let said =
        canvas.fitted(answer.name, width: room - sureWidth, size: 11, bold: !isRight) + sure
      canvas.text(
        said, at: Point(middle, top + pictureSize.height + 23), size: 11,
        isRight ? Palette.text : Palette.error,
        bold: !isRight, .center)
      canvas.text(
        canvas.fitted("is " + sample.truth, width: room, size: 11),
        at: Point(middle, top + pictureSize.height + 39), size: 11, Palette.quiet, .center)
    }
    for (index, line) in augmented.enumerated() {
      let top = 8 + cellHeight * Double(rows) + lineHeight * Double(index)
      let width = size.width - 32
      canvas.text(
        canvas.fitted(line.name, width: width, size: 11), at: Point(16, top + 8), size: 11,
        Palette.quiet)
      for (column, picture) in line.pictures.prefix(columns).enumerated() {
        let middle = 8 + cellWidth * (Double(column) + 0.5)
        draw(picture, middle: middle, top: top + 20, on: canvas)
      }
    }
  }

  /// Draws a picture, the middle of its upper edge there; gives the area it takes.
  @discardableResult
  private func draw(
    _ picture: ExamplePicture, middle: Double, top: Double, on canvas: Canvas
  ) -> Rectangle {
    let size = picture.size(imageSide: Self.side)
    return picture.draw(
      in: Rectangle(x: middle - size.width / 2, y: top, width: size.width, height: size.height),
      on: canvas)
  }
}
