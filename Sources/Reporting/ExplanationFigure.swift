public import Explainers
internal import Foundation
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

  private static let (longSide, margin, gap, top) = (336.0, 24.0, 20.0, 90.0)
  /// The colour bar with its ticks, and what stands between it and the heat map.
  private static let (barWidth, barSpace) = (16.0, 92.0)

  private var explained: ClassExplanation { explanation.classes[classIndex] }
  private var plot: HeatMapPlot {
    HeatMapPlot(image: image, explanation: explanation, classIndex: classIndex)
  }
  private var isDoubtful: Bool { !explained.doubts.isEmpty }
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
      max(640, 2 * Self.margin + content),
      Self.top + bandHeight + 52 + (isDoubtful ? 4 + 20 * Double(explained.doubts.count) : 0)
    )
  }

  /// Draws it.
  public func draw(on canvas: Canvas) {
    let (w, h) = pictureSize
    let left = (canvas.width - 2 * w - Self.gap - Self.barSpace) / 2
    let picture = Rectangle(x: left, y: Self.top + (bandHeight - h) / 2, width: w, height: h)
    var map = picture
    map.x = picture.right + Self.gap
    drawHeader(on: canvas)
    drawCaption("what the network sees", above: picture, on: canvas)
    drawCaption(
      explanation.segmentation.isOfPixels
        ? "what each pixel weighs"
        : explained.fit == nil ? "what each part weighs" : "what each part adds to the probability",
      above: map, on: canvas)
    canvas.image(image, in: picture)
    canvas.stroke(.rectangle(picture), Palette.quiet, width: 0.7)
    plot.draw(in: map, on: canvas)
    drawBar(
      Rectangle(x: map.right + Self.gap, y: Self.top, width: Self.barWidth, height: bandHeight),
      on: canvas)
    drawFooter(on: canvas)
  }

  private func drawHeader(on canvas: Canvas) {
    let room = canvas.width - 2 * Self.margin
    let probability = String(format: ": %.1f %%", 100 * explanation.probabilities[classIndex])
    let taken = canvas.extents(of: probability, size: 17, bold: true).width
    let name = canvas.fitted(className, width: room - taken, size: 17, bold: true)
    canvas.text(
      name + probability, at: Point(canvas.width / 2, 26), size: 17, Palette.text, bold: true,
      .center)
    let short = canvas.fitted(className, width: 220, size: 12)
    canvas.text(
      "Orange speaks for \(short), blue against it\(plot.outlineInWords).",
      at: Point(canvas.width / 2, 50), size: 12, Palette.text, .center)
  }

  /// Left out where the picture is too narrow for it.
  private func drawCaption(_ text: String, above area: Rectangle, on canvas: Canvas) {
    guard canvas.extents(of: text, size: 11).width <= area.width else { return }
    canvas.text(
      text, at: Point(area.center.x, area.y - 11), size: 11, Palette.quiet, .center)
  }

  private func drawFooter(on canvas: Canvas) {
    let room = canvas.width - 2 * Self.margin
    let parts = explanation.segmentation
    var facts = [
      explanation.method, explanation.samplesInWords,
      parts.isOfPixels
        ? "a weight a pixel; the largest 1 % share a colour" : "\(parts.count) parts",
    ]
    if let fit = explained.fit, !explained.isBlank {
      facts.append(fit.r2InWords)
      facts.append(
        String(
          format: "surrogate %.3f, network %.3f", fit.localPrediction,
          explanation.probabilities[classIndex]))
    }
    let line = canvas.fitted(facts.joined(separator: "  ·  "), width: room, size: 12)
    let y = Self.top + bandHeight + 28
    canvas.text(line, at: Point(canvas.width / 2, y), size: 12, Palette.quiet, .center)
    for (number, doubt) in explained.doubts.enumerated() {
      canvas.text(
        canvas.fitted(doubt, width: room, size: 12, bold: true),
        at: Point(canvas.width / 2, y + 22 + 20 * Double(number)), size: 12, Palette.error,
        bold: true, .center)
    }
  }

  /// The colours of the heat map from the strongest against (below) to the strongest for.
  private func drawBar(_ area: Rectangle, on canvas: Canvas) {
    let colors = SignedColors(of: explanation, classIndex)
    colors.draw(
      in: area, from: Point(area.x, area.bottom), to: Point(area.x, area.y), on: canvas)
    let axis = Axis(covering: [-colors.limit, colors.limit], count: 8)
    for tick in axis.ticks where abs(tick) <= colors.limit * (1 + 1e-9) {
      let y = area.center.y - tick / colors.limit * area.height / 2
      canvas.line(Point(area.right, y), Point(area.right + 4, y), Palette.quiet, width: 0.7)
      let sign = tick > 0 ? "+" : "−"
      canvas.text(
        tick == 0 ? "0" : sign + axis.label(abs(tick)), at: Point(area.right + 8, y), size: 11,
        Palette.text)
    }
  }
}
