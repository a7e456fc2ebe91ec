internal import Explainers
internal import Foundation
internal import Imaging

/// What every figure of an explanation says about a class: a headline, how to read the colours, and below
/// what it rests on and what speaks against it.
struct ExplanationWords {
  let explanation: Explanation
  let classIndex: Int
  let className: String
  /// How to read the colours, after the class's name: `speaks for Happy, …`.
  var lead: (_ className: String) -> String
  /// What the weights are given to: `48 parts`.
  var weighed: String

  /// What is left free at the sides, and what the headline takes.
  static let (margin, top) = (24.0, 90.0)
  /// What the text below takes.
  var height: Double {
    52 + (explained.doubts.isEmpty ? 0 : 4 + 20 * Double(explained.doubts.count))
  }

  private var explained: ClassExplanation { explanation.classes[classIndex] }

  /// Draws the headline.
  func drawHeader(on canvas: Canvas) {
    let room = canvas.width - 2 * Self.margin
    let probability = String(format: ": %.1f %%", 100 * explanation.probabilities[classIndex])
    let taken = canvas.extents(of: probability, size: 17, bold: true).width
    let name = canvas.fitted(className, width: room - taken, size: 17, bold: true)
    canvas.text(
      name + probability, at: Point(canvas.width / 2, 26), size: 17, Palette.text, bold: true,
      .center)
    let short = canvas.fitted(className, width: 220, size: 12)
    canvas.text(
      canvas.fitted(lead(short), width: room, size: 12), at: Point(canvas.width / 2, 50), size: 12,
      Palette.text, .center)
  }

  /// Draws what stands below something that ends at `bottom`.
  func drawFooter(below bottom: Double, on canvas: Canvas) {
    let room = canvas.width - 2 * Self.margin
    var facts = [explanation.method, explanation.samplesInWords, weighed]
    if let fit = explained.fit, !explained.isBlank {
      facts.append(fit.r2InWords)
      facts.append(
        String(
          format: "surrogate %.3f, network %.3f", fit.localPrediction,
          explanation.probabilities[classIndex]))
    }
    let line = canvas.fitted(facts.joined(separator: "  ·  "), width: room, size: 12)
    let y = bottom + 28
    canvas.text(line, at: Point(canvas.width / 2, y), size: 12, Palette.quiet, .center)
    for (number, doubt) in explained.doubts.enumerated() {
      canvas.text(
        canvas.fitted(doubt, width: room, size: 12, bold: true),
        at: Point(canvas.width / 2, y + 22 + 20 * Double(number)), size: 12, Palette.error,
        bold: true, .center)
    }
  }
}

extension ExplanationWords {
  /// Of a map over a picture.
  init(_ plot: HeatMapPlot, className: String) {
    let parts = plot.explanation.segmentation
    self.init(
      explanation: plot.explanation, classIndex: plot.classIndex, className: className,
      lead: { "Orange speaks for \($0), blue against it\(plot.outlineInWords)." },
      weighed: parts.isOfPixels
        ? "a weight a pixel; the largest 1 % share a colour" : "\(parts.count) parts")
  }

  /// What the weights are, above a map of them.
  var caption: String {
    explanation.segmentation.isOfPixels
      ? "what each pixel weighs"
      : explained.fit == nil ? "what each part weighs" : "what each part adds to the probability"
  }
}

extension SignedColors {
  /// An upright bar of the colours with its ticks, from the strongest against (below) to the strongest for.
  func drawBar(_ area: Rectangle, on canvas: Canvas) {
    draw(in: area, from: Point(area.x, area.bottom), to: Point(area.x, area.y), on: canvas)
    let axis = Axis(covering: [-limit, limit], count: 8)
    for tick in axis.ticks where abs(tick) <= limit * (1 + 1e-9) {
      let y = area.center.y - tick / limit * area.height / 2
      canvas.line(Point(area.right, y), Point(area.right + 4, y), Palette.quiet, width: 0.7)
      let sign = tick > 0 ? "+" : "−"
      canvas.text(
        tick == 0 ? "0" : sign + axis.label(abs(tick)), at: Point(area.right + 8, y), size: 11,
        Palette.text)
    }
  }
}
