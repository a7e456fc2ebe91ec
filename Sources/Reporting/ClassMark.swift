internal import Foundation
internal import Imaging

/// How one of up to twelve classes is told from the others, by the colour-blind and in print too: a colour and the
/// shape of its points.
struct ClassMark {
  /// How many classes can be told apart.
  static let count = colors.count
  /// Those of all series, then others that are dark enough on white (after Tol 2021, "Colour schemes", muted).
  private static let colors =
    Palette.series
    + [0x222222, 0x882255, 0x999933, 0x332288, 0x999999, 0x7A4B1E].map { Color(hex: $0) }

  let color: Color
  private let shape: Int

  init(_ index: Int) {
    color = Self.colors[index % Self.count]
    shape = index % 6
  }

  /// Draws its point.
  func draw(at place: Point, radius: Double = 3, on canvas: Canvas) {
    func corners(_ count: Int, turned: Double = 0, size: Double = 1.25) -> Path {
      let points = (0..<count).map { corner in
        let angle = turned + 2 * Double.pi * Double(corner) / Double(count) - Double.pi / 2
        return Point(
          place.x + size * radius * cos(angle), place.y + size * radius * sin(angle))
      }
      var path = Path.polyline(points)
      path.close()
      return path
    }
    switch shape {
    case 0: canvas.fill(.ellipse(place, radius, radius), color)
    case 1: canvas.fill(corners(4, turned: .pi / 4), color)
    case 2: canvas.fill(corners(3, size: 1.4), color)
    case 3: canvas.fill(corners(4, size: 1.4), color)
    case 4: canvas.fill(corners(3, turned: .pi, size: 1.4), color)
    default:
      canvas.fill(.ellipse(place, radius, radius), .white)
      canvas.stroke(.ellipse(place, radius - 0.6, radius - 0.6), color, width: 1.4)
    }
  }
}
