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
      for step in 0...12 {
        let share = Double(step) / 12
        let x = (share - 0.5) * 2
        canvas.fill(
          .ellipse(Point(x * (w + 0.08), -0.35 - 0.72 * (1 - x * x)), 0.27, 0.27), hair)
      }
    case .short, .parted, .fringe:
      canvas.fill(.ellipse(Point(0, -0.4), w + 0.05, 0.74), hair)
    case .bald:
      break
    }
  }

  /// The hairline over the forehead, as points from left to right.
  private var hairline: [Point] {
    let w = traits.headWidth
    switch traits.hair {
    case .bald: return []
    case .short:
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
    guard let first = line.first, let last = line.last else { return }
    let w = traits.headWidth
    var outline = Path.spline(line)
    outline.curve(
      Point(last.x + 0.08, -0.75), Point(0.72 * w, -1.12), to: Point(0, -1.12))
    outline.curve(Point(-0.72 * w, -1.12), Point(first.x - 0.08, -0.75), to: first)
    outline.close()
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

  func paintBeard() {
    let w = traits.headWidth
    let (y, half) = (traits.mouthHeight, traits.mouthWidth)
    var path = Path.spline(
      [
        Point(-0.93 * w, 0.2), Point(-0.8 * w * traits.jaw, 0.72), Point(-0.3 * w, 0.98 * traits.chin),
        Point(0.3 * w, 0.98 * traits.chin), Point(0.8 * w * traits.jaw, 0.72), Point(0.93 * w, 0.2),
        Point(0.62 * w, 0.42), Point(half + 0.08, y + 0.02), Point(0.14, y + 0.16),
        Point(-0.14, y + 0.16), Point(-half - 0.08, y + 0.02), Point(-0.62 * w, 0.42),
      ], closed: true)
    path.close()
    canvas.fill(path, Color(gray: traits.hairTone, alpha: 0.72))
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
