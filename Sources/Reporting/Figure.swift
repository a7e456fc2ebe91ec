public import Imaging

/// A picture of data that can be drawn at any scale.
public protocol Figure: Sendable {
  /// Its size in units; one unit is one pixel at scale 1.
  var size: (width: Double, height: Double) { get }
  /// Draws it on a canvas of that size.
  func draw(on canvas: Canvas)
}

extension Figure {
  /// The figure as a PNG file of `scale` pixels per unit. Throws `ImagingError`.
  public func png(scale: Double = 2) throws(ImagingError) -> [UInt8] {
    let canvas = try Canvas(width: size.width, height: size.height, scale: scale)
    draw(on: canvas)
    return try canvas.png()
  }

  /// The figure as SVG. `idPrefix` keeps several on one page apart. Throws `ImagingError`.
  public func svg(idPrefix: String = "") throws(ImagingError) -> String {
    let canvas = try Canvas(svgWidth: size.width, height: size.height)
    draw(on: canvas)
    return try canvas.svg(idPrefix: idPrefix)
  }
}

/// How a series is told from others: the colours of the palette, and when they are used up the same
/// ones dashed, then dotted.
struct SeriesStroke {
  /// How many series can be told apart.
  static let count = Palette.series.count * dashes.count
  private static let dashes: [[Double]] = [[], [7, 5], [1.5, 4.5]]

  let color: Color
  let dash: [Double]

  init(_ index: Int) {
    color = Palette.series[index % Palette.series.count]
    dash = Self.dashes[index / Palette.series.count % Self.dashes.count]
  }
}

/// The colours of all figures: told apart by the colour-blind too (Okabe and Ito 2008, "Color
/// universal design"), in the order in which series take them.
enum Palette {
  static let series = [0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9].map {
    Color(hex: $0)
  }
  static let error = Color(hex: 0xD55E00)
  static let text = Color(hex: 0x222222)
  static let quiet = Color(hex: 0x666666)
  static let grid = Color(hex: 0xE3E3E3)
  static let bar = Color(hex: 0x8A8F96)
  static let map = Color(hex: 0x0072B2)
}
