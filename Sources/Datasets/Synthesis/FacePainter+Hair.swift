internal import Foundation
internal import Imaging

extension FacePainter {
  func paintHairBehind() {
    let w = traits.headWidth
    switch traits.hair {
    case .long:
      canvas.fill(
        .spline(
          [
            Point(0, -1.2), Point(0.85 * w + 0.1, -0.95), Point(w + 0.24, -0.2),
            Point(w + 0.22, 0.7), Point(w + 0.1, 1.35), Point(-w - 0.1, 1.35),
            Point(-w - 0.22, 0.7), Point(-w - 0.24, -0.2), Point(-0.85 * w - 0.1, -0.95),
          ], closed: true), hair)
    case .bun:
      canvas.fill(.ellipse(Point(0, -1.22), 0.34, 0.28), hair)
      canvas.fill(.ellipse(Point(0, -0.35), w + 0.06, 0.8), hair)
    case .curly:
      canvas.fill(.ellipse(Point(0, -0.45), w + 0.1, 0.78), hair)
      for step in 0...14 {
        let angle = Double.pi * (1 + (Double(step) - 7) / 11)
        canvas.fill(
          .ellipse(
            Point((w + 0.1) * sin(angle), -0.45 + 0.76 * cos(angle)), 0.17, 0.17), hair)
      }
    case .short, .parted, .fringe:
      canvas.fill(.ellipse(Point(0, -0.4), w + 0.05, 0.74), hair)
    case .shaven:
      break
    }
  }

  /// The hairline over the forehead, as points from left to right.
  private var hairline: [Point] {
    let w = traits.headWidth
    switch traits.hair {
    case .short, .shaven:
      return [
        Point(-w * 0.98, -0.28), Point(-0.8 * w, -0.55), Point(-0.4 * w, -0.76), Point(0, -0.73),
        Point(0.4 * w, -0.76), Point(0.8 * w, -0.55), Point(w * 0.98, -0.28),
      ]
    case .fringe:
      return [
        Point(-w, -0.2), Point(-0.86 * w, -0.5), Point(-0.45 * w, -0.58), Point(0, -0.6),
        Point(0.45 * w, -0.58), Point(0.86 * w, -0.5), Point(w, -0.2),
      ]
    case .parted, .long:
      return [
        Point(-w, -0.15), Point(-0.86 * w, -0.5), Point(-0.55 * w, -0.72), Point(-0.22 * w, -0.9),
        Point(0.2 * w, -0.76), Point(0.75 * w, -0.56), Point(w, -0.15),
      ]
    case .bun, .curly:
      return [
        Point(-w * 0.99, -0.25), Point(-0.8 * w, -0.6), Point(-0.4 * w, -0.8), Point(0, -0.84),
        Point(0.4 * w, -0.8), Point(0.8 * w, -0.6), Point(w * 0.99, -0.25),
      ]
    }
  }

  func paintHairInFront() {
    let line = hairline
    let (first, last, w) = (line[0], line[line.count - 1], traits.headWidth)
    var outline = Path.spline(line)
    outline.curve(
      Point(last.x + 0.08, -0.75), Point(0.72 * w, -1.12), to: Point(0, -1.12))
    outline.curve(Point(-0.72 * w, -1.12), Point(first.x - 0.08, -0.75), to: first)
    outline.close()
    guard traits.hair != .shaven else {
      return canvas.clipped(to: headOutline) { canvas.fill(outline, hair.opacity(0.5)) }
    }
    canvas.fill(outline, hair)
    canvas.clipped(to: outline) {
      spot(Point(0.4 * traits.lightX, -0.95), 0.45, 0.16)
      for step in -5...5 {
        let x = Double(step) * 0.17 * w
        canvas.stroke(
          .spline([Point(x * 0.5, -1.15), Point(x * 0.95, -0.9), Point(x * 1.2, -0.5)]),
          Color.black.opacity(0.14), width: 0.02)
      }
    }
  }

  /// A full beard over cheeks, jaw and upper lip; the mouth is painted on top.
  func paintBeard() {
    let w = traits.headWidth
    let (x, y) = (0.13 * traits.yaw, traits.mouthHeight)
    let upper = [
      Point(-1.1 * w, 0.02), Point(-0.86 * w, 0.2), Point(x - 0.42, 0.42), Point(x - 0.2, y - 0.15),
      Point(x, y - 0.12), Point(x + 0.2, y - 0.15), Point(x + 0.42, 0.42), Point(0.86 * w, 0.2),
      Point(1.1 * w, 0.02),
    ]
    var outline = Path.spline(upper)
    outline.line(to: Point(w, 1.5))
    outline.line(to: Point(-w, 1.5))
    outline.close()
    canvas.clipped(to: headOutline) {
      canvas.fill(outline, Color(gray: traits.hairTone, alpha: 0.75))
    }
  }

  func paintMoustache() {
    let y = traits.mouthHeight - 0.1 - 0.05 * expression.sneer - 0.05 * max(0, expression.opening)
    let half = traits.mouthWidth
    canvas.fill(
      .spline(
        [
          Point(-half, y + 0.06 - 0.06 * expression.corners), Point(-0.12, y - 0.04),
          Point(0, y - 0.02), Point(0.12, y - 0.04),
          Point(half, y + 0.06 - 0.06 * expression.corners), Point(0, y + 0.035),
        ], closed: true), Color(gray: traits.hairTone, alpha: 0.85))
  }
}
