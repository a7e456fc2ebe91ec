internal import Imaging

/// Paints one face. The head's centre is (0, 0), its half height 1; x to the right, y down.
struct FacePainter {
  let canvas: Canvas
  let traits: FaceTraits
  let expression: FaceExpression

  /// Paints all of it, background and face; `radius` is the head's half height in units of the
  /// canvas.
  func paint(radius: Double) {
    let (width, height) = (canvas.width, canvas.height)
    paintBackground()
    paintFace(
      at: Point(width * (0.5 + traits.shiftX), height * (0.5 + traits.shiftY)),
      radius: radius * traits.zoom)
  }

  /// Paints the face alone, its centre at a point of the canvas.
  func paintFace(at center: Point, radius: Double) {
    canvas.transformed(
      about: Point(0, 0), angle: traits.roll, scaleX: radius, scaleY: radius, offset: center
    ) {
      paintHairBehind()
      paintBody()
      paintHead()
      if traits.beard { paintBeard() }
      canvas.transformed(
        about: Point(0, 0), scaleX: 1 - 0.1 * abs(traits.yaw),
        offset: Point(0.13 * traits.yaw, 0.07 * traits.pitch)
      ) {
        paintFolds()
        for side in [-1.0, 1.0] { paintEye(side) }
        paintNose()
        paintMouth()
        if traits.moustache { paintMoustache() }
        for side in [-1.0, 1.0] { paintBrow(side) }
        if traits.glasses { paintGlasses() }
      }
      paintHairInFront()
    }
  }

  /// The skin's grey, lighter or darker by a factor.
  func skin(_ factor: Double, alpha: Double = 1) -> Color {
    Color(gray: min(1, traits.skin * factor), alpha: alpha)
  }

  var hair: Color { Color(gray: traits.hairTone) }

  /// A soft spot of shade (negative) or light (positive).
  func spot(_ center: Point, _ radius: Double, _ strength: Double) {
    let tone = Color(gray: strength < 0 ? 0 : 1)
    canvas.fill(
      .ellipse(center, radius, radius),
      .radial(
        center: center, radius: radius,
        stops: [
          (0, tone.opacity(abs(strength))), (0.5, tone.opacity(abs(strength) * 0.55)),
          (1, tone.opacity(0)),
        ]))
  }

  /// A lens between two corners whose upper and lower edges pass the given heights in the middle.
  func lens(_ left: Point, _ right: Point, top: Double, bottom: Double) -> Path {
    let width = right.x - left.x
    let ends = (left.y + right.y) / 2
    func control(_ middle: Double) -> Double { (middle - 0.25 * ends) / 0.75 }
    let (x1, x2) = (left.x + 0.28 * width, right.x - 0.28 * width)
    var path = Path()
    path.move(to: left)
    path.curve(Point(x1, control(top)), Point(x2, control(top)), to: right)
    path.curve(Point(x2, control(bottom)), Point(x1, control(bottom)), to: left)
    path.close()
    return path
  }

  /// One edge of a lens.
  func arc(_ left: Point, _ right: Point, middle: Double) -> Path {
    let control = (middle - 0.125 * (left.y + right.y)) / 0.75
    var path = Path()
    path.move(to: left)
    path.curve(
      Point(left.x + 0.28 * (right.x - left.x), control),
      Point(right.x - 0.28 * (right.x - left.x), control), to: right)
    return path
  }

  func paintBackground() {
    let (low, high) = (traits.background - 0.12, traits.background + 0.12)
    canvas.fill(
      .rectangle(canvas.bounds),
      .linear(
        from: Point(canvas.width * (0.5 - traits.lightX / 2), 0),
        to: Point(canvas.width * (0.5 + traits.lightX / 2), canvas.height),
        stops: [
          (0, Color(gray: min(1, high))), (1, Color(gray: max(0, low))),
        ]))
  }

  private func paintBody() {
    let neck = traits.headWidth * 0.5
    canvas.fill(
      .spline(
        [
          Point(-1.5, 2.4), Point(-1.25, 1.55), Point(-neck, 1.25), Point(0, 1.32),
          Point(neck, 1.25), Point(1.25, 1.55), Point(1.5, 2.4),
        ], closed: true), Color(gray: traits.shirt))
    canvas.fill(
      .spline(
        [
          Point(-neck, 0.5), Point(-neck, 1.2), Point(0, 1.42), Point(neck, 1.2), Point(neck, 0.5),
        ], closed: true), skin(0.78))
    spot(Point(0, 1.0), 0.6, -0.28)
  }

  var headOutline: Path {
    let w = traits.headWidth
    // An open mouth takes the lower jaw with it.
    let drop = 0.13 * expression.opening
    let (chin, jaw) = (traits.chin + drop, Point(0.82 * traits.jaw * w, 0.66 + 0.6 * drop))
    return .spline(
      [
        Point(0, -1), Point(0.5 * w, -0.92), Point(0.87 * w, -0.6), Point(w, -0.12),
        Point(0.95 * w, 0.28), jaw, Point(0.35 * w, 0.94 * chin), Point(0, chin),
        Point(-0.35 * w, 0.94 * chin), Point(-jaw.x, jaw.y), Point(-0.95 * w, 0.28),
        Point(-w, -0.12), Point(-0.87 * w, -0.6), Point(-0.5 * w, -0.92),
      ], closed: true)
  }

  private func paintHead() {
    let w = traits.headWidth
    for side in [-1.0, 1.0] {
      let size = traits.ears * (1 - 0.5 * max(0, side * traits.yaw))
      let center = Point(side * w * 1.01, -0.02)
      canvas.fill(.ellipse(center, 0.1 * size, 0.19 * size), skin(0.9))
      canvas.stroke(.ellipse(center, 0.06 * size, 0.13 * size), skin(0.7, alpha: 0.7), width: 0.025)
    }
    canvas.fill(headOutline, skin(1))
    canvas.clipped(to: headOutline) {
      let light = traits.lightStrength
      canvas.fill(
        headOutline,
        .linear(
          from: Point(traits.lightX, traits.lightY - 0.3),
          to: Point(-traits.lightX, -traits.lightY + 0.3),
          stops: [
            (0, Color.white.opacity(light * 0.7)), (0.45, Color.white.opacity(0)),
            (0.55, Color.black.opacity(0)), (1, Color.black.opacity(light)),
          ]))
      // The head is round: its rim turns away from the light.
      canvas.stroke(headOutline, Color.black.opacity(0.07), width: 0.24)
      canvas.stroke(headOutline, Color.black.opacity(0.08), width: 0.12)
      let x = 0.13 * traits.yaw
      spot(Point(x, -0.55), 0.5, 0.14)
      for side in [-1.0, 1.0] {
        spot(Point(x + side * 0.42, 0.27 - 0.06 * expression.cheeks), 0.33, 0.17)
      }
      spot(Point(x, 0.86), 0.2, 0.1)
    }
    canvas.stroke(headOutline, skin(0.5, alpha: 0.6), width: 0.018)
  }

  /// The lines that expressions leave on forehead, nose and cheeks.
  private func paintFolds() {
    let e = expression
    let line = skin(0.45)
    let frown = min(1, max(0, e.knit * 0.6 - e.browInner * 0.4))
    for side in [-1.0, 1.0] {
      canvas.line(
        Point(side * 0.055, -0.44), Point(side * 0.045, -0.27), line.opacity(0.6 * frown),
        width: 0.022)
    }
    let raised = min(1, max(0, (e.browInner + max(0, e.browOuter)) * 0.45))
    for row in 0..<3 {
      let y = -0.74 + 0.085 * Double(row)
      canvas.stroke(
        arc(Point(-0.34, y), Point(0.34, y), middle: y - 0.035), line.opacity(0.4 * raised),
        width: 0.016)
    }
    let sneer = min(1, e.sneer)
    for side in [-1.0, 1.0] {
      for row in 0..<3 {
        let y = -0.13 + 0.07 * Double(row)
        canvas.line(
          Point(side * 0.03, y), Point(side * 0.12, y - 0.05), line.opacity(0.8 * sneer),
          width: 0.024)
      }
      let depth = min(0.75, 0.12 + 0.5 * max(e.cheeks, sneer) + 0.2 * max(0, e.stretch))
      let bulge = 0.06 * e.cheeks
      canvas.stroke(
        .spline([
          Point(side * 0.19, 0.2 - 0.04 * sneer), Point(side * (0.31 + bulge), 0.33),
          Point(side * (0.38 + bulge), traits.mouthHeight - 0.02),
        ]), line.opacity(depth), width: 0.02)
    }
  }
}
