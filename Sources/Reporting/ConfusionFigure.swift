internal import Foundation
public import Imaging

/// A confusion matrix: rows are true classes, columns predicted ones; a cell's shade is its share
/// of the row, with the count below the share while there is room.
public struct ConfusionFigure: Figure {
  /// What stands above it.
  public var title: String
  /// The classes in order.
  public var classNames: [String]
  /// `counts[truth][prediction]`.
  public var counts: [[Int]]

  /// A figure of counts; as many rows and columns as names.
  public init(title: String, classNames: [String], counts: [[Int]]) {
    precondition(
      counts.count == classNames.count && counts.allSatisfy { $0.count == classNames.count },
      "\(counts.count) rows of \(counts.map(\.count)) counts for \(classNames.count) classes")
    (self.title, self.classNames, self.counts) = (title, classNames, counts)
  }

  private var cell: Double {
    let count = Double(max(1, classNames.count))
    // Up to 120 classes each can have its name, above that a picture must not grow for ever.
    return max(4, min(72, max(640 / count, min(11, 1320 / count))))
  }
  /// What the longest name takes, guessed from its letters, for the size must be known before
  /// there is a canvas to measure on; a longer name is cut.
  private var nameWidth: Double {
    min(108, 0.62 * nameSize * Double(classNames.map(\.count).max() ?? 1))
  }
  /// Whether names under the columns lie flat; else they stand.
  private var isFlat: Bool { cell >= 60 && nameWidth < cell - 4 }
  private var rowSpace: Double { nameWidth + 16 }
  private var columnSpace: Double { isFlat ? 28 : nameWidth + 16 }
  private var side: Double { cell * Double(classNames.count) }
  /// Every how many classes a name is written, so that names never touch.
  private var nameStep: Int { max(1, Int((11 / cell).rounded(.up))) }
  private var nameSize: Double { min(13, max(9, cell * 0.82)) }

  /// As large as the classes need: 4 to 72 units a cell.
  public var size: (width: Double, height: Double) {
    (max(420, 36 + rowSpace + side + 24), 48 + side + columnSpace + 32)
  }

  /// Draws it.
  public func draw(on canvas: Canvas) {
    let left = 36 + rowSpace + max(0, (canvas.width - 60 - rowSpace - side) / 2)
    let area = Rectangle(x: left, y: 48, width: side, height: side)
    canvas.text(
      canvas.fitted(title, width: canvas.width - 24, size: 15, bold: true),
      at: Point(canvas.width / 2, 22), size: 15, Palette.text, bold: true, .center)
    if cell < 20 { canvas.image(shades, in: area) }
    for (row, line) in counts.enumerated() where cell >= 20 {
      let total = line.reduce(0, +)
      for (column, count) in line.enumerated() {
        let place = Rectangle(
          x: area.x + cell * Double(column), y: area.y + cell * Double(row), width: cell,
          height: cell)
        draw(count, of: total, in: place, on: canvas)
      }
    }
    canvas.stroke(.rectangle(area), Palette.quiet)
    drawNames(area, on: canvas)
  }

  /// All cells as one picture: ten thousand rectangles would make a page heavy. Each cell has several
  /// pixels, so that it stays a square where a picture is smoothed.
  private var shades: RGBImage {
    let (k, size) = (classNames.count, 6)
    var pixels = [UInt8](repeating: 255, count: 3 * k * size * k * size)
    func level(_ component: Double, _ share: Double) -> UInt8 {
      UInt8((255 * (1 - share * (1 - component))).rounded())
    }
    for (row, line) in counts.enumerated() {
      let total = line.reduce(0, +)
      for (column, count) in line.enumerated() where count > 0 {
        let share = Double(count) / Double(total)
        let color = [Palette.map.red, Palette.map.green, Palette.map.blue].map { level($0, share) }
        for y in row * size..<(row + 1) * size {
          for x in column * size..<(column + 1) * size {
            let start = 3 * (y * k * size + x)
            for channel in 0..<3 { pixels[start + channel] = color[channel] }
          }
        }
      }
    }
    return RGBImage(width: k * size, height: k * size, pixels: pixels)
  }

  private func draw(_ count: Int, of total: Int, in place: Rectangle, on canvas: Canvas) {
    let share = total > 0 ? Double(count) / Double(total) : 0
    canvas.fill(.rectangle(place), Palette.map.opacity(share))
    canvas.stroke(.rectangle(place), Palette.grid, width: 0.5)
    guard cell >= 26, count > 0 else { return }
    let color = Palette.map.opacity(share).textOnIt
    let percent = String(format: "%.0f%%", 100 * share)
    let sizes = cell >= 44 ? (14.0, 10.0) : (cell * 0.3, cell * 0.26)
    canvas.text(
      percent, at: Point(place.center.x, place.y + cell * 0.37), size: sizes.0, color, .center)
    let text = String(count)
    let width = canvas.extents(of: text, size: sizes.1).width
    canvas.text(
      text, at: Point(place.center.x, place.y + cell * 0.7),
      size: min(sizes.1, sizes.1 * (cell - 4) / width), color, .center)
  }

  private func drawNames(_ area: Rectangle, on canvas: Canvas) {
    for index in stride(from: 0, to: classNames.count, by: nameStep) {
      let middle = cell * (Double(index) + 0.5)
      let name = canvas.fitted(
        classNames[index], width: nameWidth + 4, size: nameSize, cut: .middle)
      canvas.text(
        name, at: Point(area.x - 8, area.y + middle), size: nameSize, Palette.text, .right)
      if isFlat {
        canvas.text(
          name, at: Point(area.x + middle, area.bottom + 14), size: nameSize, Palette.text, .center)
      } else {
        canvas.text(
          name, at: Point(area.x + middle, area.bottom + 8), size: nameSize, Palette.text, .right,
          angle: -.pi / 2)
      }
    }
    canvas.text(
      "answered", at: Point(area.center.x, area.bottom + columnSpace + 12), size: 12,
      Palette.quiet, .center)
    canvas.text(
      "labelled", at: Point(area.x - rowSpace - 12, area.center.y), size: 12, Palette.quiet,
      .center,
      angle: -.pi / 2)
  }
}
