internal import Explainers
internal import Imaging

/// A picture under the colours of a map of weights, with lines around its parts.
struct HeatMapPlot {
  let image: GrayImage
  let explanation: Explanation
  let classIndex: Int

  /// How many of the heaviest parts are outlined, never more than a third.
  private var topParts: Int { min(5, (explanation.segmentation.count + 2) / 3) }
  /// Of a map that weighs single pixels, the share that is outlined.
  static let topShare = 0.1

  private var weights: [Double] { explanation.classes[classIndex].weights }
  private var labels: [Int] { explanation.segmentation.labels }
  private var weighsPixels: Bool { explanation.segmentation.isOfPixels }
  /// Where nothing matters nothing is outlined.
  private var isBlank: Bool { explanation.classes[classIndex].isBlank }

  /// Draws it. Parts have thin borders, the heaviest that speak for the class a strong outline.
  func draw(in area: Rectangle, on canvas: Canvas) {
    canvas.image(HeatMapImage.render(image, explanation, ofClass: classIndex), in: area)
    if !weighsPixels {
      canvas.stroke(borders(of: labels, in: area), Palette.text.opacity(0.3), width: 0.6)
    }
    if !isBlank, !weighsPixels || !isScattered {
      let outline = borders(of: topOfPixels, in: area, closed: true)
      canvas.stroke(outline, Color.white.opacity(0.85), width: 3.2)
      canvas.stroke(outline, Palette.text, width: 1.4)
    }
    canvas.stroke(.rectangle(area), Palette.quiet, width: 0.7)
  }

  /// What the outlines are, in words.
  var outlineInWords: String {
    if isBlank { return "" }
    return weighsPixels
      ? isScattered ? "" : "; the tenth of the pixels that speaks most for it is outlined"
      : "; the \(topParts) parts that speak most for it are outlined"
  }

  /// Whether the pixels of the largest weights lie here and there, so that lines around them would
  /// hide the map: fewer than half of them have three neighbours among them.
  private var isScattered: Bool {
    let (top, width) = (topOfPixels, image.width)
    let chosen = top.indices.filter { top[$0] >= 0 }
    let settled = chosen.count { pixel in
      let (x, y) = (pixel % width, pixel / width)
      var neighbours = 0
      if x > 0, top[pixel - 1] >= 0 { neighbours += 1 }
      if x + 1 < width, top[pixel + 1] >= 0 { neighbours += 1 }
      if y > 0, top[pixel - width] >= 0 { neighbours += 1 }
      if y + 1 < image.height, top[pixel + width] >= 0 { neighbours += 1 }
      return neighbours >= 3
    }
    return 2 * settled < chosen.count
  }

  /// A number for each pixel that is the same within what is outlined as one, -1 elsewhere.
  private var topOfPixels: [Int] {
    if weighsPixels {
      // Equals belong together: a mean over faces cut alike has many.
      let least = weights.sorted(by: >)[Int(Self.topShare * Double(weights.count - 1))]
      return weights.map { $0 >= least && $0 > 0 ? 0 : -1 }
    }
    let order = weights.indices.sorted { (-weights[$0], $0) < (-weights[$1], $1) }
    var group = [Int](repeating: -1, count: weights.count)
    for (rank, part) in order.prefix(topParts).enumerated() where weights[part] > 0 {
      group[part] = rank
    }
    return labels.map { group[$0] }
  }

  /// The lines between pixels of different numbers, as few strokes as there are straight runs.
  ///
  /// - Parameter closed: whether lines go along the picture's edge, too, where a number is not
  ///   negative.
  private func borders(of numbers: [Int], in area: Rectangle, closed: Bool = false) -> Path {
    let (width, height) = (image.width, image.height)
    let (dx, dy) = (area.width / Double(width), area.height / Double(height))
    var path = Path()
    func run(_ count: Int, isBorder: (Int) -> Bool, corner: (Int) -> Point) {
      var start: Int?
      for index in 0...count {
        let isInside = index < count && isBorder(index)
        if isInside, start == nil { start = index }
        if !isInside, let first = start {
          path.move(to: corner(first))
          path.line(to: corner(index))
          start = nil
        }
      }
    }
    /// Whether a line runs between two neighbours, of which one may lie outside the picture.
    func differ(_ a: (x: Int, y: Int), _ b: (x: Int, y: Int)) -> Bool {
      let inside = [a, b].filter { 0..<width ~= $0.x && 0..<height ~= $0.y }
        .map { numbers[$0.y * width + $0.x] }
      return inside.count == 2 ? inside[0] != inside[1] : closed && inside[0] >= 0
    }
    for y in 0...height {
      run(
        width, isBorder: { differ(($0, y), ($0, y - 1)) },
        corner: { Point(area.x + Double($0) * dx, area.y + Double(y) * dy) })
    }
    for x in 0...width {
      run(
        height, isBorder: { differ((x, $0), (x - 1, $0)) },
        corner: { Point(area.x + Double(x) * dx, area.y + Double($0) * dy) })
    }
    return path
  }
}
