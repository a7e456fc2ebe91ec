internal import Imaging

extension FacePainter {
  func paintEye(_ side: Double) {
    let (t, e) = (traits, expression)
    let far = 1 - 0.14 * max(0, side * t.yaw)
    let center = Point(side * t.eyeDistance, t.eyeHeight)
    let half = 0.165 * t.eyeSize * far
    let upper = max(0.012, (0.082 + 0.062 * e.lids) * t.eyeSize)
    let lower = max(0.006, (0.06 + 0.012 * max(0, e.lids) - 0.04 * e.cheeks) * t.eyeSize)
    spot(Point(center.x, center.y - 0.03), 0.32, -0.42)
    let tilt = 0.012
    let inner = Point(center.x - side * half, center.y + tilt)
    let outer = Point(center.x + side * half, center.y - tilt - 0.02 * e.browOuter)
    let (left, right) = side < 0 ? (outer, inner) : (inner, outer)
    let (top, bottom) = (center.y - upper, center.y + lower)
    let shape = lens(left, right, top: top, bottom: bottom)
    canvas.fill(shape, Color(gray: 0.62 + 0.33 * t.skin))
    canvas.clipped(to: shape) {
      let iris = Point(
        center.x + 0.05 * e.gazeX + 0.03 * t.yaw, center.y + 0.008 + 0.045 * e.gazeY)
      let r = 0.08 * t.eyeSize
      canvas.fill(.ellipse(iris, r, r), Color(gray: t.iris))
      canvas.fill(.ellipse(iris, 0.042, 0.042), Color(gray: 0.02))
      canvas.fill(.ellipse(Point(iris.x - 0.028, iris.y - 0.03), 0.018, 0.018), Color(gray: 0.97))
      canvas.stroke(arc(left, right, middle: top), Color.black.opacity(0.3), width: 0.06)
    }
    canvas.stroke(arc(left, right, middle: top), Color(gray: 0.06), width: 0.032)
    canvas.stroke(arc(left, right, middle: bottom), skin(0.42, alpha: 0.8), width: 0.014)
    let crease = top - 0.045 - 0.015 * max(0, -e.lids)
    canvas.stroke(arc(left, right, middle: crease), skin(0.45, alpha: 0.5), width: 0.014)
    // Cheeks that are pushed up make a bag below the eye.
    canvas.stroke(
      arc(
        Point(left.x + 0.03, center.y + 0.07), Point(right.x - 0.03, center.y + 0.07),
        middle: bottom + 0.07), skin(0.5, alpha: min(0.6, 0.08 + 0.5 * e.cheeks)), width: 0.014)
  }

  func paintBrow(_ side: Double) {
    let (t, e) = (traits, expression)
    let height = t.eyeHeight - 0.215 - 0.02 * max(0, e.lids) + 0.03 * e.cheeks * (e.sneer)
    let inner = Point(
      side * (0.165 - 0.055 * min(1, e.knit)), height - 0.125 * e.browInner - side * 0.03 * t.skew)
    let outer = Point(side * 0.57, height + 0.035 - 0.11 * e.browOuter - side * 0.03 * t.skew)
    let middle = Point(
      side * 0.37, (inner.y + outer.y) / 2 - t.browArch - 0.02 * max(0, e.browOuter))
    let thick = t.browThickness
    canvas.fill(
      .spline(
        [
          Point(inner.x, inner.y - thick * 0.8), Point(middle.x, middle.y - thick), outer,
          Point(middle.x, middle.y + thick * 0.6), Point(inner.x, inner.y + thick),
        ], closed: true), Color(gray: min(traits.hairTone, traits.skin * 0.6) * 0.85))
  }

  func paintNose() {
    let t = traits
    let lift = 0.03 * expression.sneer
    let tip = Point(0.07 * t.yaw, 0.0 + t.noseLength - lift)
    let w = t.noseWidth + 0.025 * expression.sneer
    let shade: Double = t.lightX > 0 ? -1 : 1
    // The bridge catches the light, one side of it lies in shade.
    canvas.fill(
      .spline(
        [
          Point(-0.045, -0.2), Point(0.045, -0.2), Point(tip.x + 0.07, tip.y - 0.06),
          Point(tip.x - 0.07, tip.y - 0.06),
        ], closed: true), Color.white.opacity(0.13))
    canvas.stroke(
      .spline([
        Point(shade * 0.075, -0.2), Point(shade * 0.06, 0.0),
        Point(tip.x + shade * w * 0.9, tip.y - 0.04),
      ]), skin(0.55, alpha: 0.5), width: 0.03)
    spot(Point(tip.x, tip.y - 0.04), 0.12, 0.25)
    canvas.stroke(
      .spline([
        Point(tip.x - w, tip.y - 0.05), Point(tip.x - w * 0.95, tip.y + 0.03),
        Point(tip.x - w * 0.45, tip.y + 0.035), Point(tip.x, tip.y + 0.06),
        Point(tip.x + w * 0.45, tip.y + 0.035), Point(tip.x + w * 0.95, tip.y + 0.03),
        Point(tip.x + w, tip.y - 0.05),
      ]), skin(0.45, alpha: 0.8), width: 0.022)
    for side in [-1.0, 1.0] {
      canvas.fill(
        .ellipse(Point(tip.x + side * w * 0.5, tip.y + 0.022), 0.038, 0.02), skin(0.25))
    }
  }

  func paintMouth() {
    let (t, e) = (traits, expression)
    let half = t.mouthWidth * max(0.5, 1 + 0.42 * e.stretch)
    let y = t.mouthHeight
    let cornerY = y - 0.115 * e.corners + 0.05 * e.opening
    let (left, right) = (
      Point(-half + 0.04 * t.yaw, cornerY + 0.03 * t.skew),
      Point(half + 0.04 * t.yaw, cornerY - 0.03 * t.skew)
    )
    let seam = y + 0.045 * e.corners - 0.07 * e.sneer
    let opening = e.opening
    let upper = seam - 0.07 * opening
    let lower = seam + 0.33 * opening
    let pressed = max(0.25, 1 - 0.8 * min(1, e.press))
    let upperLip = t.lipThickness * pressed
    let lowerLip = t.lipThickness * 1.25 * pressed
    let lip = skin(t.lipTone)
    canvas.fill(lens(left, right, top: upper - upperLip, bottom: lower + lowerLip), lip)
    if opening > 0.03 {
      let hole = lens(
        Point(left.x + 0.02, left.y), Point(right.x - 0.02, right.y), top: upper, bottom: lower)
      canvas.fill(hole, Color(gray: 0.07))
      canvas.clipped(to: hole) { paintInside(upper: upper, lower: lower, half: half) }
      canvas.stroke(hole, skin(0.3, alpha: 0.8), width: 0.016)
    }
    if opening <= 0.03 {
      canvas.stroke(
        arc(left, right, middle: seam), Color(gray: 0.1 * t.skin), width: 0.026 + 0.012 * e.press)
    }
    for (corner, side) in [(left, -1.0), (right, 1.0)] {
      canvas.line(
        corner, Point(corner.x + side * 0.02, corner.y - 0.03 * e.corners), skin(0.3, alpha: 0.8),
        width: 0.024)
    }
    spot(Point(0, lower + lowerLip + 0.06), 0.14, -0.22)
    if e.tongue > 0.8 && opening > 0.12 { paintTongue(Point(0.04 * t.yaw, lower), half * 0.5) }
  }

  /// A tongue put out over the lower lip.
  private func paintTongue(_ root: Point, _ half: Double) {
    let length = 0.1 + 0.22 * expression.opening
    let outline = Path.spline(
      [
        Point(root.x - half, root.y - 0.05), Point(root.x - half * 0.95, root.y + 0.6 * length),
        Point(root.x, root.y + length), Point(root.x + half * 0.95, root.y + 0.6 * length),
        Point(root.x + half, root.y - 0.05),
      ])
    canvas.fill(outline, skin(0.72))
    canvas.stroke(outline, skin(0.4, alpha: 0.8), width: 0.016)
    canvas.line(
      Point(root.x, root.y - 0.02), Point(root.x, root.y + 0.6 * length), skin(0.5), width: 0.014)
  }

  private func paintInside(upper: Double, lower: Double, half: Double) {
    let gap = lower - upper
    let shown = min(1, max(0, expression.teeth))
    let tooth = Color(gray: 0.93)
    if expression.teeth > 0.9 && gap > 0.1 {
      // Clenched: both rows.
      canvas.fill(
        .rectangle(Rectangle(x: -half, y: upper - 0.2, width: 2 * half, height: gap + 0.4)), tooth)
      canvas.stroke(
        arc(
          Point(-half, upper + gap * 0.5), Point(half, upper + gap * 0.5), middle: upper + gap * 0.5
        ),
        Color(gray: 0.35), width: 0.014)
      for index in -4...4 {
        let x = Double(index) * half / 4.5
        canvas.line(
          Point(x, upper - 0.1), Point(x, lower + 0.1), Color(gray: 0.55), width: 0.009)
      }
      return
    }
    let tongue = Point(0.04 * traits.yaw, lower - 0.01)
    canvas.fill(
      .ellipse(tongue, half * 0.55, gap * 0.25 + 0.05 * expression.tongue), Color(gray: 0.38))
    if shown > 0.1 {
      canvas.fill(
        .rectangle(
          Rectangle(
            x: -half, y: upper - 0.3, width: 2 * half, height: 0.3 + min(0.11, gap * 0.75) * shown),
          cornerRadius: 0.02), tooth)
    }
  }

  func paintGlasses() {
    let frame = Color(gray: 0.12)
    let y = traits.eyeHeight + 0.01
    for side in [-1.0, 1.0] {
      let area = Rectangle(
        x: side * traits.eyeDistance - 0.225, y: y - 0.15, width: 0.45, height: 0.32)
      canvas.fill(.rectangle(area, cornerRadius: 0.13), Color.white.opacity(0.07))
      canvas.stroke(.rectangle(area, cornerRadius: 0.13), frame, width: 0.026)
      canvas.line(
        Point(side * (traits.eyeDistance + 0.225), y - 0.03),
        Point(side * (traits.headWidth + 0.1), y - 0.06), frame, width: 0.03)
    }
    let inner = traits.eyeDistance - 0.225
    canvas.stroke(
      arc(Point(-inner, y - 0.03), Point(inner, y - 0.03), middle: y - 0.06), frame, width: 0.03)
  }
}
