public import Explainers
public import Imaging

/// Why a network says one class of one picture: the picture beside the heat map of its parts, a
/// colour bar centred at zero, and how far the explanation can be trusted.
public struct ExplanationFigure: Figure {
  /// The picture as the network saw it.
  public var image: GrayImage
  /// What was found.
  public var explanation: Explanation
  /// The class that is explained, and its name.
  public var classIndex: Int
  /// Its name.
  public var className: String

  /// A figure of one class of an explanation of that picture.
  public init(
    image: GrayImage, explanation: Explanation, classIndex: Int, className: String
  ) {
    precondition(
      image.width == explanation.segmentation.width
        && image.height == explanation.segmentation.height
        && explanation.classes.indices.contains(classIndex),
      "class \(classIndex) of \(explanation.classes.count), a picture of "
        + "\(image.width)x\(image.height) with parts of "
        + "\(explanation.segmentation.width)x\(explanation.segmentation.height)")
    (self.image, self.explanation) = (image, explanation)
    (self.classIndex, self.className) = (classIndex, className)
  }

  private static let (longSide, gap) = (336.0, 20.0)
  /// The colour bar with its ticks, and what stands between it and the heat map.
  private static let (barWidth, barSpace) = (16.0, 92.0)

  private var plot: HeatMapPlot {
    HeatMapPlot(image: image, explanation: explanation, classIndex: classIndex)
  }
  private var words: ExplanationWords { ExplanationWords(plot, className: className) }
  private var pictureSize: (width: Double, height: Double) {
    let (w, h) = (Double(image.width), Double(image.height))
    let scale = Self.longSide / max(w, h)
    return (w * scale, h * scale)
  }
  /// The pictures' height, at least what the bar's ticks need.
  private var bandHeight: Double { max(pictureSize.height, 200) }

  /// As wide as the two pictures need, at least 640 units for the texts.
  public var size: (width: Double, height: Double) {
    let content = 2 * pictureSize.width + Self.gap + Self.barSpace
    return (
      max(640, 2 * ExplanationWords.margin + content),
      ExplanationWords.top + bandHeight + words.height
    )
  }

  /// Draws it.
  public func draw(on canvas: Canvas) {
    let (w, h) = pictureSize
    let left = (canvas.width - 2 * w - Self.gap - Self.barSpace) / 2
    let picture = Rectangle(
      x: left, y: ExplanationWords.top + (bandHeight - h) / 2, width: w, height: h)
    var map = picture
    map.x = picture.right + Self.gap
    words.drawHeader(on: canvas)
    drawCaption("what the network sees", above: picture, on: canvas)
    drawCaption(words.caption, above: map, on: canvas)
    canvas.image(image, in: picture)
    canvas.stroke(.rectangle(picture), Palette.quiet, width: 0.7)
    plot.draw(in: map, on: canvas)
    SignedColors(of: explanation, classIndex).drawBar(
      Rectangle(
        x: map.right + Self.gap, y: ExplanationWords.top, width: Self.barWidth, height: bandHeight),
      on: canvas)
    words.drawFooter(below: ExplanationWords.top + bandHeight, on: canvas)
  }

  /// Left out where the picture is too narrow for it.
  private func drawCaption(_ text: String, above area: Rectangle, on canvas: Canvas) {
    guard canvas.extents(of: text, size: 11).width <= area.width else { return }
    canvas.text(
      text, at: Point(area.center.x, area.y - 11), size: 11, Palette.quiet, .center)
  }
}
