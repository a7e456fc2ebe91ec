public import Explainers
internal import Foundation
public import Imaging

/// Several explanations side by side, each with a title, its scale and what is to be said of it: one input explained
/// by every method, or what weighs for every class on average.
public struct ExplanationTiles: Figure {
  /// What a tile shows.
  public enum Picture: Sendable {
    /// A picture as it is.
    case image(GrayImage)
    /// A picture under the weights for a class, with a bar of their colours.
    case map(GrayImage, Explanation, classIndex: Int)
    /// A drawing that has axes and a scale of its own.
    case plot(any SmallPlot)

    /// What it takes; pictures are that long.
    fileprivate func size(side: Double) -> (width: Double, height: Double) {
      switch self {
      case .image(let image), .map(let image, _, _):
        let (w, h) = (Double(image.width), Double(image.height))
        return (w * side / max(w, h), h * side / max(w, h))
      case .plot(let plot): return plot.size
      }
    }

    fileprivate var hasBar: Bool { if case .map = self { true } else { false } }
    fileprivate var isPlot: Bool { if case .plot = self { true } else { false } }
  }

  /// One of them.
  public struct Tile: Sendable {
    /// What it is.
    public var title: String
    /// What it shows.
    public var picture: Picture
    /// What stands below, a line each.
    public var notes: [String]
    /// What speaks against it, a line each.
    public var doubts: [String]

    /// A tile.
    public init(
      title: String, picture: Picture, notes: [String] = [], doubts: [String] = []
    ) {
      (self.title, self.picture) = (title, picture)
      (self.notes, self.doubts) = (notes, doubts)
    }
  }

  /// The headline.
  public var title: String
  /// How to read the tiles.
  public var lead: String
  /// In reading order.
  public var tiles: [Tile]
  /// How many stand side by side.
  public var columns: Int

  /// A figure of at least one tile. Without `columns` four pictures stand side by side, of drawings with axes three.
  public init(title: String, lead: String, tiles: [Tile], columns: Int? = nil) {
    precondition(!tiles.isEmpty, "a figure without a tile")
    (self.title, self.lead, self.tiles) = (title, lead, tiles)
    let usual = tiles.contains { $0.picture.isPlot } ? 3 : 4
    self.columns = max(1, min(columns ?? usual, tiles.count))
  }

  private static let (side, space, margin, top) = (176.0, 24.0, 16.0, 72.0)
  /// The title above a map; the bar with its numbers below it.
  private static let (titleHeight, barHeight, lineHeight) = (22.0, 34.0, 15.0)

  /// What a tile takes beside others.
  private var cell: Double {
    Self.space + tiles.reduce(Self.side) { max($0, $1.picture.size(side: Self.side).width) }
  }
  private var rows: Int { (tiles.count + columns - 1) / columns }
  private func tiles(ofRow row: Int) -> ArraySlice<Tile> {
    tiles[row * columns..<min(tiles.count, (row + 1) * columns)]
  }
  /// The height of the row's highest picture.
  private func pictureHeight(ofRow row: Int) -> Double {
    tiles(ofRow: row).reduce(0) { max($0, $1.picture.size(side: Self.side).height) }
  }
  /// What the bars below a row's pictures take; all stand in one line.
  private var barHeight: Double { tiles.contains { $0.picture.hasBar } ? Self.barHeight : 2 }
  /// As high as the longest of its texts needs.
  private func height(ofRow row: Int) -> Double {
    let lines = tiles(ofRow: row).map { $0.notes.count + $0.doubts.count }.max() ?? 0
    return Self.titleHeight + pictureHeight(ofRow: row) + barHeight
      + Self.lineHeight * Double(lines) + 16
  }

  /// 200 units a picture, 324 a drawing with axes; at least 640 for the texts.
  public var size: (width: Double, height: Double) {
    (
      max(640, 2 * Self.margin + cell * Double(columns)),
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
    var top = Self.top
    for row in 0..<rows {
      let inRow = tiles(ofRow: row)
      let left = (canvas.width - cell * Double(inRow.count)) / 2
      for (column, tile) in inRow.enumerated() {
        draw(
          tile, middle: left + cell * (Double(column) + 0.5), top: top,
          pictureHeight: pictureHeight(ofRow: row), on: canvas)
      }
      top += height(ofRow: row)
    }
  }

  private func draw(
    _ tile: Tile, middle: Double, top: Double, pictureHeight: Double, on canvas: Canvas
  ) {
    let room = cell - 10
    canvas.text(
      canvas.fitted(tile.title, width: room, size: 13, bold: true), at: Point(middle, top + 8),
      size: 13, Palette.text, bold: true, .center)
    let (w, h) = tile.picture.size(side: Self.side)
    let area = Rectangle(
      x: middle - w / 2, y: top + Self.titleHeight + (pictureHeight - h) / 2, width: w, height: h)
    var y = top + Self.titleHeight + pictureHeight
    switch tile.picture {
    case .image(let image):
      canvas.image(image, in: area)
      canvas.stroke(.rectangle(area), Palette.quiet, width: 0.7)
    case .map(let image, let explanation, let classIndex):
      HeatMapPlot(image: image, explanation: explanation, classIndex: classIndex)
        .draw(in: area, on: canvas)
      drawBar(
        of: explanation, classIndex,
        in: Rectangle(x: middle - Self.side / 2, y: y + 8, width: Self.side, height: 8),
        on: canvas)
    case .plot(let plot):
      // Bars of fewer columns stand at the same height.
      plot.draw(at: Point(area.x, top + Self.titleHeight), on: canvas)
    }
    y += barHeight + 8
    for (text, isDoubt) in tile.notes.map({ ($0, false) }) + tile.doubts.map({ ($0, true) }) {
      canvas.text(
        canvas.fitted(text, width: room, size: 11, bold: isDoubt), at: Point(middle, y), size: 11,
        isDoubt ? Palette.error : Palette.quiet, bold: isDoubt, .center)
      y += Self.lineHeight
    }
  }

  /// From the strongest against (left) to the strongest for, beyond which there may be more.
  private func drawBar(
    of explanation: Explanation, _ classIndex: Int, in area: Rectangle, on canvas: Canvas
  ) {
    let colors = SignedColors(of: explanation, classIndex)
    colors.draw(in: area, from: Point(area.x, area.y), to: Point(area.right, area.y), on: canvas)
    let places: [(Double, Canvas.Alignment)] = [
      (area.x, .left), (area.center.x, .center), (area.right, .right),
    ]
    for (text, (x, alignment)) in zip(colors.ends(of: explanation), places) {
      canvas.text(text, at: Point(x, area.bottom + 9), size: 10, Palette.quiet, alignment)
    }
  }
}
