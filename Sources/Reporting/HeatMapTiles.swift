public import Explainers
internal import Foundation
public import Imaging

/// Several maps side by side, each with a title, a colour bar of its own and what is to be said of it:
/// one face explained by every method, or the mean map of every class.
public struct HeatMapTiles: Figure {
  /// One of the maps, or a picture without one.
  public struct Tile: Sendable {
    /// What it is.
    public var title: String
    /// The picture below the colours.
    public var image: GrayImage
    /// The weights; nil for the picture alone.
    public var explanation: Explanation?
    /// The class of which the weights are.
    public var classIndex: Int
    /// What stands below, a line each.
    public var notes: [String]
    /// What speaks against it, a line each.
    public var doubts: [String]

    /// A tile.
    public init(
      title: String, image: GrayImage, explanation: Explanation? = nil, classIndex: Int = 0,
      notes: [String] = [], doubts: [String] = []
    ) {
      (self.title, self.image, self.explanation) = (title, image, explanation)
      (self.classIndex, self.notes, self.doubts) = (classIndex, notes, doubts)
    }
  }

  /// The headline.
  public var title: String
  /// How to read the colours.
  public var lead: String
  /// In reading order.
  public var tiles: [Tile]
  /// How many stand side by side.
  public var columns: Int

  /// A figure of at least one tile.
  public init(title: String, lead: String, tiles: [Tile], columns: Int = 4) {
    precondition(!tiles.isEmpty, "a figure without a tile")
    (self.title, self.lead, self.tiles) = (title, lead, tiles)
    self.columns = max(1, min(columns, tiles.count))
  }

  private static let (side, cell, margin, top) = (176.0, 200.0, 16.0, 72.0)
  /// The title above a map; the bar with its numbers below it.
  private static let (titleHeight, barHeight, lineHeight) = (22.0, 34.0, 15.0)

  /// The height of the highest picture.
  private var pictureHeight: Double {
    tiles.reduce(0) { highest, tile in
      let (w, h) = (Double(tile.image.width), Double(tile.image.height))
      return max(highest, h * Self.side / max(w, h))
    }
  }
  private var rows: Int { (tiles.count + columns - 1) / columns }
  /// As high as the longest of its texts needs.
  private func height(ofRow row: Int) -> Double {
    let lines =
      tiles[row * columns..<min(tiles.count, (row + 1) * columns)]
      .map { $0.notes.count + $0.doubts.count }.max() ?? 0
    return Self.titleHeight + pictureHeight + Self.barHeight + Self.lineHeight * Double(lines) + 16
  }

  /// 200 units a column, at least 640 for the texts.
  public var size: (width: Double, height: Double) {
    (
      max(640, 2 * Self.margin + Self.cell * Double(columns)),
      (0..<rows).reduce(Self.top) { $0 + height(ofRow: $1) }
    )
  }

  /// Draws it.
  public func draw(on canvas: Canvas) {
    let room = canvas.width - 2 * Self.margin
    canvas.text(
      canvas.fitted(title, width: room, size: 17, bold: true), at: Point(canvas.width / 2, 24),
      size: 17, Palette.text, bold: true, .center)
    canvas.text(
      canvas.fitted(lead, width: room, size: 12), at: Point(canvas.width / 2, 48), size: 12,
      Palette.text, .center)
    for (index, tile) in tiles.enumerated() {
      let (row, column) = index.quotientAndRemainder(dividingBy: columns)
      let inRow = min(columns, tiles.count - row * columns)
      let left = (canvas.width - Self.cell * Double(inRow)) / 2
      draw(
        tile, middle: left + Self.cell * (Double(column) + 0.5),
        top: (0..<row).reduce(Self.top) { $0 + height(ofRow: $1) }, on: canvas)
    }
  }

  private func draw(_ tile: Tile, middle: Double, top: Double, on canvas: Canvas) {
    let room = Self.cell - 10
    canvas.text(
      canvas.fitted(tile.title, width: room, size: 13, bold: true), at: Point(middle, top + 8),
      size: 13, Palette.text, bold: true, .center)
    let (w, h) = (Double(tile.image.width), Double(tile.image.height))
    let scale = Self.side / max(w, h)
    let area = Rectangle(
      x: middle - w * scale / 2, y: top + Self.titleHeight + (pictureHeight - h * scale) / 2,
      width: w * scale, height: h * scale)
    var y = top + Self.titleHeight + pictureHeight
    if let explanation = tile.explanation {
      HeatMapPlot(image: tile.image, explanation: explanation, classIndex: tile.classIndex)
        .draw(in: area, on: canvas)
      drawBar(
        SignedColors(of: explanation, tile.classIndex),
        isCut: explanation.segmentation.isOfPixels,
        in: Rectangle(x: middle - Self.side / 2, y: y + 8, width: Self.side, height: 8),
        on: canvas)
    } else {
      canvas.image(tile.image, in: area)
      canvas.stroke(.rectangle(area), Palette.quiet, width: 0.7)
    }
    y += Self.barHeight + 8
    for (text, isDoubt) in tile.notes.map({ ($0, false) }) + tile.doubts.map({ ($0, true) }) {
      canvas.text(
        canvas.fitted(text, width: room, size: 11, bold: isDoubt), at: Point(middle, y), size: 11,
        isDoubt ? Palette.error : Palette.quiet, bold: isDoubt, .center)
      y += Self.lineHeight
    }
  }

  /// From the strongest against (left) to the strongest for, beyond which there may be more.
  private func drawBar(
    _ colors: SignedColors, isCut: Bool, in area: Rectangle, on canvas: Canvas
  ) {
    colors.draw(in: area, from: Point(area.x, area.y), to: Point(area.right, area.y), on: canvas)
    let y = area.bottom + 9
    let limit = shortNumber(colors.limit)
    canvas.text((isCut ? "≤ −" : "−") + limit, at: Point(area.x, y), size: 10, Palette.quiet)
    canvas.text("0", at: Point(area.center.x, y), size: 10, Palette.quiet, .center)
    canvas.text(
      (isCut ? "≥ +" : "+") + limit, at: Point(area.right, y), size: 10, Palette.quiet, .right)
  }
}
