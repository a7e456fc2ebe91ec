internal import Foundation

/// A colour with opacity; every component in 0...1.
public struct Color: Sendable, Hashable {
  /// Red, green, blue and opacity.
  public var red, green, blue, alpha: Double

  /// A colour from its components.
  public init(red: Double, green: Double, blue: Double, alpha: Double = 1) {
    (self.red, self.green, self.blue, self.alpha) = (red, green, blue, alpha)
  }

  /// A grey from 0 (black) to 1 (white).
  public init(gray: Double, alpha: Double = 1) {
    self.init(red: gray, green: gray, blue: gray, alpha: alpha)
  }

  /// A colour as designers write it, 0xRRGGBB.
  public init(hex: UInt32, alpha: Double = 1) {
    func level(_ shift: UInt32) -> Double { Double((hex >> shift) & 255) / 255 }
    self.init(red: level(16), green: level(8), blue: level(0), alpha: alpha)
  }

  /// White.
  public static let white = Color(gray: 1)
  /// Black.
  public static let black = Color(gray: 0)

  /// The same colour, more transparent.
  public func opacity(_ alpha: Double) -> Color {
    Color(red: red, green: green, blue: blue, alpha: alpha)
  }

  /// Black or white: what can be read better on this colour, itself laid over white, by the contrast of
  /// WCAG 2.2.
  public var textOnIt: Color {
    func linear(_ component: Double) -> Double {
      let level = 1 - alpha * (1 - component)
      return level <= 0.04045 ? level / 12.92 : pow((level + 0.055) / 1.055, 2.4)
    }
    let luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    return 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05 ? .white : .black
  }
}

/// A place on a canvas: x to the right, y down.
public struct Point: Sendable, Hashable {
  /// Units of the canvas.
  public var x, y: Double

  /// The point (x, y).
  public init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
}

/// An upright rectangle.
public struct Rectangle: Sendable, Hashable {
  /// Left edge, upper edge and size.
  public var x, y, width, height: Double

  /// A rectangle from its upper left corner and its size.
  public init(x: Double, y: Double, width: Double, height: Double) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  /// The right edge.
  public var right: Double { x + width }
  /// The lower edge.
  public var bottom: Double { y + height }
  /// The middle.
  public var center: Point { Point(x + width / 2, y + height / 2) }

  /// The rectangle made smaller on all four sides.
  public func inset(by margin: Double) -> Rectangle {
    Rectangle(x: x + margin, y: y + margin, width: width - 2 * margin, height: height - 2 * margin)
  }

  /// True where no part of `other` lies outside, to within a tolerance.
  public func contains(_ other: Rectangle, tolerance: Double = 0.01) -> Bool {
    other.x >= x - tolerance && other.right <= right + tolerance && other.y >= y - tolerance
      && other.bottom <= bottom + tolerance
  }
}

/// What an area is painted with.
public enum Paint: Sendable {
  /// One colour.
  case color(Color)
  /// Colours at shares (0...1) of the way from one point to another.
  case linear(from: Point, to: Point, stops: [(Double, Color)])
  /// Colours at shares of the way from a centre outwards.
  case radial(center: Point, radius: Double, stops: [(Double, Color)])
}

/// An outline of lines and cubic curves.
public struct Path: Sendable {
  enum Element: Sendable {
    case move(Point)
    case line(Point)
    case curve(Point, Point, Point)
    case close
  }
  var elements: [Element] = []

  /// An empty outline.
  public init() {}

  /// Begins a new part.
  public mutating func move(to point: Point) { elements.append(.move(point)) }
  /// Goes on straight.
  public mutating func line(to point: Point) { elements.append(.line(point)) }
  /// Goes on along a cubic Bézier curve with two control points.
  public mutating func curve(_ first: Point, _ second: Point, to point: Point) {
    elements.append(.curve(first, second, point))
  }
  /// Goes straight back to where the part began.
  public mutating func close() { elements.append(.close) }

  /// Straight lines through points.
  public static func polyline(_ points: [Point], closed: Bool = false) -> Path {
    var path = Path()
    for (index, point) in points.enumerated() {
      if index == 0 { path.move(to: point) } else { path.line(to: point) }
    }
    if closed && !points.isEmpty { path.close() }
    return path
  }

  /// A smooth curve through points (Catmull and Rom 1974, as cubic Bézier pieces).
  public static func spline(_ points: [Point], closed: Bool = false) -> Path {
    guard points.count > 2 else { return polyline(points, closed: closed) }
    let count = points.count
    func at(_ index: Int) -> Point {
      closed ? points[(index + count) % count] : points[min(max(index, 0), count - 1)]
    }
    var path = Path()
    path.move(to: points[0])
    for index in 0..<(closed ? count : count - 1) {
      let (before, from, to, after) = (at(index - 1), at(index), at(index + 1), at(index + 2))
      path.curve(
        Point(from.x + (to.x - before.x) / 6, from.y + (to.y - before.y) / 6),
        Point(to.x - (after.x - from.x) / 6, to.y - (after.y - from.y) / 6), to: to)
    }
    if closed { path.close() }
    return path
  }

  /// A rectangle, its corners rounded where a radius is given.
  public static func rectangle(_ area: Rectangle, cornerRadius: Double = 0) -> Path {
    let r = min(cornerRadius, area.width / 2, area.height / 2)
    guard r > 0 else {
      return polyline(
        [
          Point(area.x, area.y), Point(area.right, area.y), Point(area.right, area.bottom),
          Point(area.x, area.bottom),
        ], closed: true)
    }
    let c = r * (1 - circleControl)
    var path = Path()
    path.move(to: Point(area.x + r, area.y))
    path.line(to: Point(area.right - r, area.y))
    path.curve(
      Point(area.right - c, area.y), Point(area.right, area.y + c),
      to: Point(area.right, area.y + r))
    path.line(to: Point(area.right, area.bottom - r))
    path.curve(
      Point(area.right, area.bottom - c), Point(area.right - c, area.bottom),
      to: Point(area.right - r, area.bottom))
    path.line(to: Point(area.x + r, area.bottom))
    path.curve(
      Point(area.x + c, area.bottom), Point(area.x, area.bottom - c),
      to: Point(area.x, area.bottom - r))
    path.line(to: Point(area.x, area.y + r))
    path.curve(Point(area.x, area.y + c), Point(area.x + c, area.y), to: Point(area.x + r, area.y))
    path.close()
    return path
  }

  /// An upright ellipse around `p` with radii `rx` and `ry`.
  public static func ellipse(_ p: Point, _ rx: Double, _ ry: Double) -> Path {
    let (kx, ky) = (rx * circleControl, ry * circleControl)
    var path = Path()
    path.move(to: Point(p.x + rx, p.y))
    path.curve(Point(p.x + rx, p.y + ky), Point(p.x + kx, p.y + ry), to: Point(p.x, p.y + ry))
    path.curve(Point(p.x - kx, p.y + ry), Point(p.x - rx, p.y + ky), to: Point(p.x - rx, p.y))
    path.curve(Point(p.x - rx, p.y - ky), Point(p.x - kx, p.y - ry), to: Point(p.x, p.y - ry))
    path.curve(Point(p.x + kx, p.y - ry), Point(p.x + rx, p.y - ky), to: Point(p.x + rx, p.y))
    path.close()
    return path
  }

  /// Where the control points of a quarter circle lie: 4/3 · tan(π/8).
  private static let circleControl = 0.552284749830793
}
