internal import Foundation
public import Imaging

/// A frame of a video, of its own size, with a box around each face, its number, and what it is said
/// to show.
public struct MarkedFrame: Sendable {
  /// One face.
  public struct Face: Sendable {
    /// Its number, from 0; it keeps its colour from frame to frame.
    public var number: Int
    /// Where it is, in pixels.
    public var box: Rectangle
    /// What it shows, and how probably.
    public var name: String
    /// See `name`.
    public var probability: Double

    /// A face from its parts.
    public init(number: Int, box: Rectangle, name: String, probability: Double) {
      (self.number, self.box, self.name, self.probability) = (number, box, name, probability)
    }
  }

  /// The frame.
  public let image: RGBImage
  /// The faces in it.
  public let faces: [Face]

  /// A frame and its faces.
  public init(image: RGBImage, faces: [Face]) { (self.image, self.faces) = (image, faces) }

  /// The frame with its marks. Throws `ImagingError`.
  public func drawn() throws(ImagingError) -> RGBImage {
    if faces.isEmpty { return image }
    let (width, height) = (Double(image.width), Double(image.height))
    let canvas = try Canvas(width: width, height: height, scale: 1)
    canvas.image(image, in: Rectangle(x: 0, y: 0, width: width, height: height))
    // As large on a large video as on a small one.
    let unit = max(1, min(width, height) / 480)
    for face in faces {
      let color = SeriesStroke(face.number).color
      let outline = Path.rectangle(face.box.inset(by: unit))
      canvas.stroke(outline, .white.opacity(0.8), width: 4 * unit)
      canvas.stroke(outline, color, width: 2.5 * unit)
    }
    for face in faces {
      let size = 14 * unit
      let text = canvas.fitted(
        "\(face.number) \(face.name)" + String(format: " %.0f%%", 100 * face.probability),
        width: min(width, max(face.box.width, 170 * unit)) - 12 * unit, size: size, bold: true)
      let plate = Rectangle(
        x: max(
          0,
          min(
            face.box.x,
            width - canvas.extents(of: text, size: size, bold: true).width - 12 * unit)),
        y: face.box.y >= 22 * unit ? face.box.y - 22 * unit : max(0, face.box.y),
        width: canvas.extents(of: text, size: size, bold: true).width + 12 * unit,
        height: 22 * unit)
      canvas.fill(
        .rectangle(plate, cornerRadius: 3 * unit), SeriesStroke(face.number).color)
      canvas.text(
        text, at: Point(plate.x + 6 * unit, plate.center.y), size: size, .white, bold: true)
    }
    return try canvas.rgbImage()
  }
}
