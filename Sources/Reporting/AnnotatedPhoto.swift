internal import Foundation
public import Imaging

/// A photo with a box around each face, what it is said to show, and beside the photo a bar chart
/// of the probabilities of each face.
public struct AnnotatedPhoto: Figure {
  /// One face of the photo.
  public struct Face: Sendable {
    /// Where it is, in pixels of the photo.
    public var box: Rectangle
    /// The index of its most probable class.
    public var label: Int
    /// By class.
    public var probabilities: [Double]

    /// A face and its probabilities, of which `label` is the greatest.
    public init(box: Rectangle, label: Int, probabilities: [Double]) {
      (self.box, self.label, self.probabilities) = (box, label, probabilities)
    }
  }

  /// The faces; they are numbered from 1 where there are several.
  public let faces: [Face]
  /// The classes in the order of the probabilities.
  public let classNames: [String]
  private let photo: RGBImage
  /// Units a pixel of the original photo.
  private let scale: Double

  private static let (shortest, longest) = (480.0, 1280.0)
  private static let (chartWidth, lineHeight, headHeight, gap) = (250.0, 17.0, 26.0, 18.0)

  /// A figure of a photo; it is shown at most 1280 and at least 480 units long.
  public init(photo: RGBImage, faces: [Face], classNames: [String]) {
    (self.faces, self.classNames) = (faces, classNames)
    let side = Double(max(photo.width, photo.height))
    scale = min(Self.longest / side, max(1, Self.shortest / side))
    self.photo =
      scale < 1
      ? photo.resized(
        width: max(1, Int((Double(photo.width) * scale).rounded())),
        height: max(1, Int((Double(photo.height) * scale).rounded()))) : photo
    photoSize = (Double(photo.width) * scale, Double(photo.height) * scale)
  }

  private let photoSize: (width: Double, height: Double)
  private var chartHeight: Double {
    Self.headHeight + Self.lineHeight * Double(classNames.count) + Self.gap
  }
  /// Charts below each other, as far as the photo reaches down.
  private var chartsPerColumn: Int { max(1, Int(photoSize.height / chartHeight)) }
  private var columns: Int { max(1, (faces.count + chartsPerColumn - 1) / chartsPerColumn) }

  /// The photo and as many columns of charts as the faces need.
  public var size: (width: Double, height: Double) {
    (
      (photoSize.width + Self.chartWidth * Double(columns)).rounded(.up),
      max(photoSize.height, chartHeight).rounded(.up)
    )
  }

  /// Draws it.
  public func draw(on canvas: Canvas) {
    let area = Rectangle(x: 0, y: 0, width: photoSize.width, height: photoSize.height)
    canvas.image(photo, in: area)
    // The small ones last: their labels are not hidden by a large neighbour's box.
    for (index, face) in faces.enumerated() { drawBox(face, index, in: area, on: canvas) }
    for (index, face) in faces.enumerated() { drawTag(face, index, in: area, on: canvas) }
    guard !faces.isEmpty else {
      canvas.text(
        "no face found", at: Point(area.right + 20, 22), size: 14, Palette.text, bold: true)
      return
    }
    for (index, face) in faces.enumerated() {
      let (column, row) = index.quotientAndRemainder(dividingBy: chartsPerColumn)
      drawChart(
        face, index,
        in: Rectangle(
          x: area.right + Self.chartWidth * Double(column), y: chartHeight * Double(row),
          width: Self.chartWidth, height: chartHeight), on: canvas)
    }
  }

  private func color(_ index: Int) -> Color { Palette.series[index % Palette.series.count] }

  private func title(_ face: Face, _ index: Int) -> String {
    (faces.count > 1 ? "\(index + 1) " : "") + classNames[face.label]
      + String(format: " %.0f%%", 100 * face.probabilities[face.label])
  }

  private func place(_ face: Face) -> Rectangle {
    Rectangle(
      x: face.box.x * scale, y: face.box.y * scale, width: face.box.width * scale,
      height: face.box.height * scale)
  }

  private func drawBox(_ face: Face, _ index: Int, in area: Rectangle, on canvas: Canvas) {
    canvas.clipped(to: .rectangle(area)) {
      let outline = Path.rectangle(place(face).inset(by: 2))
      canvas.stroke(outline, .white.opacity(0.8), width: 5)
      canvas.stroke(outline, color(index), width: 3)
    }
  }

  /// What the face shows, on a plate at the box's upper edge, moved so that it stays on the photo.
  private func drawTag(_ face: Face, _ index: Int, in area: Rectangle, on canvas: Canvas) {
    let box = place(face)
    // A long name is cut, for it would cover the neighbour; the chart has all of it.
    let room = min(area.width, max(box.width, 150)) - 12
    let text = canvas.fitted(title(face, index), width: room, size: 14, bold: true)
    let width = canvas.extents(of: text, size: 14, bold: true).width + 12
    let plate = Rectangle(
      x: max(0, min(box.x, area.right - width)), y: box.y >= 22 ? box.y - 22 : max(0, box.y),
      width: width, height: 22)
    canvas.fill(.rectangle(plate, cornerRadius: 3), color(index))
    canvas.text(
      text, at: Point(plate.x + 6, plate.center.y), size: 14, .white, bold: true)
  }

  private func drawChart(_ face: Face, _ index: Int, in area: Rectangle, on canvas: Canvas) {
    canvas.text(
      canvas.fitted(title(face, index), width: area.width - 32, size: 14, bold: true),
      at: Point(area.x + 20, area.y + 18), size: 14, Palette.text, bold: true)
    let (nameRight, barLeft, barWidth) = (area.x + 96, area.x + 104, 92.0)
    for (row, (name, probability)) in zip(classNames, face.probabilities).enumerated() {
      let middle = area.y + Self.headHeight + Self.lineHeight * (Double(row) + 0.5) + 4
      canvas.text(
        canvas.fitted(name, width: 78, size: 11), at: Point(nameRight, middle), size: 11,
        Palette.text, .right)
      canvas.fill(
        .rectangle(Rectangle(x: barLeft, y: middle - 5, width: barWidth, height: 10)),
        Palette.grid)
      canvas.fill(
        .rectangle(
          Rectangle(x: barLeft, y: middle - 5, width: barWidth * probability, height: 10)),
        row == face.label ? color(index) : Palette.quiet)
      canvas.text(
        String(format: "%.0f%%", 100 * probability), at: Point(area.x + 236, middle), size: 11,
        Palette.quiet, .right)
    }
  }
}
