internal import CCairo
internal import Foundation

/// A surface to draw on, in pixels of a bitmap or as SVG; the same calls give the same picture.
///
/// Cairo remembers the first error and ignores what follows; it is thrown where the picture is
/// taken out (`rgbImage`, `png`, `svg`). Not for use from several threads at once.
public final class Canvas {
  /// How a text sits on its point.
  public enum Alignment: Sendable {
    /// The point is its left end, its middle or its right end.
    case left, center, right
  }

  /// Size in the units of drawing.
  public let width, height: Double
  /// Pixels per unit; 1 for SVG.
  public let scale: Double
  private let surface: OpaquePointer
  private let cairo: OpaquePointer
  private let stream: SVGStream?
  /// The bounds of all texts so far, in units; tests look whether they lie inside and apart.
  public private(set) var textBounds: [Rectangle] = []

  /// A bitmap of `width * scale` by `height * scale` pixels. Throws `ImagingError.cannotDraw`.
  public init(
    width: Double, height: Double, scale: Double = 1, background: Color = .white
  ) throws(ImagingError) {
    let (columns, rows) = ((width * scale).rounded(.up), (height * scale).rounded(.up))
    guard columns >= 1, rows >= 1, columns <= 32767, rows <= 32767,
      let surface = cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, Int32(columns), Int32(rows)), let cairo = cairo_create(surface)
    else { throw .cannotDraw(problem: "a picture of \(width)x\(height) at scale \(scale)") }
    (self.width, self.height, self.scale) = (width, height, scale)
    (self.surface, self.cairo, stream) = (surface, cairo, nil)
    cairo_scale(cairo, scale, scale)
    // All of it: a size that is no whole number of pixels would leave a dark edge.
    set(.color(background))
    cairo_paint(cairo)
  }

  /// A drawing that becomes SVG text, on white. Throws `ImagingError.cannotDraw`.
  public init(svgWidth width: Double, height: Double) throws(ImagingError) {
    let stream = SVGStream()
    let surface = cairo_svg_surface_create_for_stream(
      { context, bytes, count in
        guard let context, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
        Unmanaged<SVGStream>.fromOpaque(context).takeUnretainedValue().bytes
          .append(contentsOf: UnsafeBufferPointer(start: bytes, count: Int(count)))
        return CAIRO_STATUS_SUCCESS
      }, Unmanaged.passUnretained(stream).toOpaque(), width, height)
    guard width > 0, height > 0, let surface, let cairo = cairo_create(surface) else {
      throw .cannotDraw(problem: "a drawing of \(width)x\(height)")
    }
    cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PX)
    (self.width, self.height, scale) = (width, height, 1)
    (self.surface, self.cairo, self.stream) = (surface, cairo, stream)
    fill(.rectangle(bounds), .color(.white))
  }

  deinit {
    cairo_destroy(cairo)
    cairo_surface_destroy(surface)
  }

  /// The whole canvas.
  public var bounds: Rectangle { Rectangle(x: 0, y: 0, width: width, height: height) }

  /// Fills an outline.
  public func fill(_ path: Path, _ paint: Paint) {
    trace(path)
    set(paint)
    cairo_fill(cairo)
  }

  /// Fills an outline with one colour.
  public func fill(_ path: Path, _ color: Color) { fill(path, .color(color)) }

  /// Draws along an outline, with round ends and joints; `dash` alternates drawn and blank lengths.
  public func stroke(_ path: Path, _ color: Color, width: Double = 1, dash: [Double] = []) {
    trace(path)
    set(.color(color))
    cairo_set_line_width(cairo, width)
    cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND)
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND)
    cairo_set_dash(cairo, dash, Int32(dash.count), 0)
    cairo_stroke(cairo)
  }

  /// Draws a straight line.
  public func line(_ from: Point, _ to: Point, _ color: Color, width: Double = 1) {
    stroke(.polyline([from, to]), color, width: width)
  }

  /// Whatever `body` draws shows only inside the outline.
  public func clipped(to path: Path, _ body: () -> Void) {
    cairo_save(cairo)
    trace(path)
    cairo_clip(cairo)
    body()
    cairo_restore(cairo)
  }

  /// Whatever `body` draws is turned by `angle` radians (clockwise) about a point, made larger
  /// there by a factor a axis, and moved by an offset.
  public func transformed(
    about center: Point, angle: Double = 0, scaleX: Double = 1, scaleY: Double = 1,
    offset: Point = Point(0, 0), _ body: () -> Void
  ) {
    cairo_save(cairo)
    cairo_translate(cairo, center.x + offset.x, center.y + offset.y)
    cairo_rotate(cairo, angle)
    cairo_scale(cairo, scaleX, scaleY)
    cairo_translate(cairo, -center.x, -center.y)
    body()
    cairo_restore(cairo)
  }

  /// Whatever `body` draws is laid over the rest as one layer of that opacity.
  public func layer(opacity: Double, _ body: () -> Void) {
    cairo_push_group(cairo)
    body()
    cairo_pop_group_to_source(cairo)
    cairo_paint_with_alpha(cairo, opacity)
  }

  /// The width of a text and the height of its font's capitals.
  public func extents(of text: String, size: Double, bold: Bool = false) -> (
    width: Double, capHeight: Double
  ) {
    selectFont(size: size, bold: bold)
    var extents = cairo_text_extents_t()
    cairo_text_extents(cairo, text, &extents)
    return (extents.x_advance, size * Self.capHeightShare)
  }

  /// Writes a text of one line; its capitals are centred on `point.y`. `angle` turns it clockwise
  /// about the point, in radians.
  public func text(
    _ text: String, at point: Point, size: Double, _ color: Color = .black, bold: Bool = false,
    _ alignment: Alignment = .left, angle: Double = 0
  ) {
    let (length, capHeight) = extents(of: text, size: size, bold: bold)
    let shift: Double =
      switch alignment {
      case .left: 0
      case .center: -length / 2
      case .right: -length
      }
    cairo_save(cairo)
    cairo_translate(cairo, point.x, point.y)
    cairo_rotate(cairo, angle)
    cairo_move_to(cairo, shift, capHeight / 2)
    set(.color(color))
    cairo_show_text(cairo, text)
    cairo_restore(cairo)
    noteBounds(
      at: point, angle: angle,
      Rectangle(x: shift, y: -capHeight / 2, width: length, height: capHeight))
  }

  /// The text, shortened with an ellipsis at its end or in its middle until it is at most that
  /// wide.
  public func fitted(
    _ text: String, width: Double, size: Double, bold: Bool = false, cut: TextCut = .end
  ) -> String {
    if extents(of: text, size: size, bold: bold).width <= width { return text }
    for count in stride(from: text.count - 1, to: 0, by: -1) {
      let tail = cut == .middle ? count / 2 : 0
      let short = text.prefix(count - tail) + "…" + text.suffix(tail)
      if extents(of: String(short), size: size, bold: bold).width <= width { return String(short) }
    }
    return ""
  }

  /// Draws an image into a rectangle, its pixels as sharp squares.
  public func image(_ image: RGBImage, in area: Rectangle) {
    var pixels = [UInt32]()
    pixels.reserveCapacity(image.width * image.height)
    for i in stride(from: 0, to: image.pixels.count, by: 3) {
      let (red, green, blue) = (image.pixels[i], image.pixels[i + 1], image.pixels[i + 2])
      pixels.append(UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue))
    }
    guard
      let source = cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, Int32(image.width), Int32(image.height))
    else { return }
    defer { cairo_surface_destroy(source) }
    cairo_surface_flush(source)
    guard let start = cairo_image_surface_get_data(source) else { return }
    let rowBytes = Int(cairo_image_surface_get_stride(source))
    pixels.withUnsafeBytes { bytes in
      guard let from = bytes.baseAddress else { return }
      for y in 0..<image.height {
        UnsafeMutableRawPointer(start + y * rowBytes)
          .copyMemory(from: from + y * image.width * 4, byteCount: image.width * 4)
      }
    }
    cairo_surface_mark_dirty(source)
    cairo_save(cairo)
    cairo_translate(cairo, area.x, area.y)
    cairo_scale(cairo, area.width / Double(image.width), area.height / Double(image.height))
    cairo_set_source_surface(cairo, source, 0, 0)
    cairo_pattern_set_filter(cairo_get_source(cairo), CAIRO_FILTER_NEAREST)
    cairo_rectangle(cairo, 0, 0, Double(image.width), Double(image.height))
    cairo_fill(cairo)
    cairo_restore(cairo)
  }

  /// Draws a grey image into a rectangle, its pixels as sharp squares.
  public func image(_ image: GrayImage, in area: Rectangle) { self.image(image.rgb(), in: area) }

  /// The bitmap. Throws `ImagingError.cannotDraw`.
  public func rgbImage() throws(ImagingError) -> RGBImage {
    let (width, height) = try readPixels()
    var pixels = [UInt8]()
    pixels.reserveCapacity(3 * width * height)
    forEachPixel { word in
      pixels.append(UInt8(truncatingIfNeeded: word >> 16))
      pixels.append(UInt8(truncatingIfNeeded: word >> 8))
      pixels.append(UInt8(truncatingIfNeeded: word))
    }
    return RGBImage(width: width, height: height, pixels: pixels)
  }

  /// The bitmap of a drawing in greys, by its green channel. Throws `ImagingError.cannotDraw`.
  public func grayImage() throws(ImagingError) -> GrayImage {
    let (width, height) = try readPixels()
    var pixels = [UInt8]()
    pixels.reserveCapacity(width * height)
    forEachPixel { pixels.append(UInt8(truncatingIfNeeded: $0 >> 8)) }
    return GrayImage(width: width, height: height, pixels: pixels)
  }

  /// The bitmap as a PNG file. Throws `ImagingError`.
  public func png() throws(ImagingError) -> [UInt8] { try rgbImage().png() }

  /// The drawing as SVG for a file or, without the XML declaration, inside HTML. `idPrefix` keeps
  /// the names of several drawings on one page apart. Ends the drawing. Throws
  /// `ImagingError.cannotDraw`.
  public func svg(idPrefix: String = "") throws(ImagingError) -> String {
    guard let stream else { throw .cannotDraw(problem: "the canvas is a bitmap, not SVG") }
    try check()
    cairo_surface_finish(surface)
    let text = shortened(svg: stream.bytes)
    // Cairo counts its ids through the whole process; ours begin anew in each drawing, so that
    // equal drawings are equal texts.
    var numbers: [Substring: Int] = [:]
    return text.replacing(/( id="|url\(#|href="#)([^")]+)/) { match in
      let number = numbers[match.2, default: numbers.count]
      numbers[match.2] = number
      return "\(match.1)\(idPrefix)\(number)"
    }
  }

  private func trace(_ path: Path) {
    cairo_new_path(cairo)
    for element in path.elements {
      switch element {
      case .move(let p): cairo_move_to(cairo, p.x, p.y)
      case .line(let p): cairo_line_to(cairo, p.x, p.y)
      case .curve(let a, let b, let p): cairo_curve_to(cairo, a.x, a.y, b.x, b.y, p.x, p.y)
      case .close: cairo_close_path(cairo)
      }
    }
  }

  private func set(_ paint: Paint) {
    let (pattern, stops): (OpaquePointer?, [(Double, Color)])
    switch paint {
    case .color(let c):
      cairo_set_source_rgba(cairo, c.red, c.green, c.blue, c.alpha)
      return
    case .linear(let from, let to, let list):
      (pattern, stops) = (cairo_pattern_create_linear(from.x, from.y, to.x, to.y), list)
    case .radial(let center, let radius, let list):
      let p = center
      (pattern, stops) = (cairo_pattern_create_radial(p.x, p.y, 0, p.x, p.y, radius), list)
    }
    for (offset, c) in stops {
      cairo_pattern_add_color_stop_rgba(pattern, offset, c.red, c.green, c.blue, c.alpha)
    }
    cairo_set_source(cairo, pattern)
    cairo_pattern_destroy(pattern)
  }

  private func selectFont(size: Double, bold: Bool) {
    cairo_select_font_face(
      cairo, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
      bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
    cairo_set_font_size(cairo, size)
  }

  private func noteBounds(at point: Point, angle: Double, _ box: Rectangle) {
    let corners = [
      (box.x, box.y), (box.right, box.y), (box.x, box.bottom), (box.right, box.bottom),
    ].map { x, y in
      Point(
        point.x + x * cos(angle) - y * sin(angle), point.y + x * sin(angle) + y * cos(angle))
    }
    let (xs, ys) = (corners.map(\.x), corners.map(\.y))
    guard let left = xs.min(), let right = xs.max(), let top = ys.min(), let bottom = ys.max()
    else { return }
    textBounds.append(Rectangle(x: left, y: top, width: right - left, height: bottom - top))
  }

  private func check() throws(ImagingError) {
    for status in [cairo_status(cairo), cairo_surface_status(surface)]
    where status != CAIRO_STATUS_SUCCESS {
      throw .cannotDraw(problem: String(cString: cairo_status_to_string(status)))
    }
  }

  private func readPixels() throws(ImagingError) -> (width: Int, height: Int) {
    guard stream == nil else { throw .cannotDraw(problem: "the canvas is SVG, not a bitmap") }
    try check()
    cairo_surface_flush(surface)
    return (
      Int(cairo_image_surface_get_width(surface)), Int(cairo_image_surface_get_height(surface))
    )
  }

  private func forEachPixel(_ body: (UInt32) -> Void) {
    guard let start = cairo_image_surface_get_data(surface) else { return }
    let rowBytes = Int(cairo_image_surface_get_stride(surface))
    let width = Int(cairo_image_surface_get_width(surface))
    for y in 0..<Int(cairo_image_surface_get_height(surface)) {
      let row = UnsafeRawPointer(start + y * rowBytes)
      for x in 0..<width { body(row.load(fromByteOffset: 4 * x, as: UInt32.self)) }
    }
  }

  /// The height of DejaVu Sans' capitals in ems.
  private static let capHeightShare = 0.729
}

/// Where Cairo's SVG goes.
private final class SVGStream {
  var bytes: [UInt8] = []
}
