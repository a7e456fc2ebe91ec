public import Explainers
public import Imaging

/// Why a network says one class of a sound: its picture over time above, and below the same under the
/// colours of what each patch adds, both with their axes.
public struct SoundExplanationFigure: Figure {
  /// The numbers that the network saw, with the colours that they have.
  public struct Values: Sendable {
    /// Row after row from the top, as many as pixels.
    public var numbers: [Float]
    /// The numbers of the lightest and of the darkest colour.
    public var range: ClosedRange<Double>
    /// What they measure: `dB`.
    public var label: String

    /// Numbers, their range and what they measure.
    public init(numbers: [Float], range: ClosedRange<Double>, label: String) {
      (self.numbers, self.range, self.label) = (numbers, range, label)
    }
  }

  /// The sound as a picture, the louder the darker, on which the weights are laid.
  public var image: GrayImage
  /// The sound as numbers.
  public var values: Values
  /// Those of both pictures.
  public var axes: SoundAxes
  /// What was found, as the picture lies.
  public var explanation: Explanation
  /// The class that is explained.
  public var classIndex: Int
  /// Its name.
  public var className: String

  /// A figure of one class of an explanation of that sound.
  public init(
    image: GrayImage, values: Values, axes: SoundAxes, explanation: Explanation,
    classIndex: Int, className: String
  ) {
    precondition(
      image.width == explanation.segmentation.width
        && image.height == explanation.segmentation.height
        && values.numbers.count == image.pixels.count,
      "\(values.numbers.count) numbers and a picture of \(image.width)x\(image.height) with parts of "
        + "\(explanation.segmentation.width)x\(explanation.segmentation.height)")
    (self.image, self.values, self.axes) = (image, values, axes)
    (self.explanation, self.classIndex, self.className) = (explanation, classIndex, className)
  }

  private static let (width, plotHeight, caption) = (780.0, 212.0, 24.0)
  /// The colour bars with their ticks.
  private static let (barWidth, barSpace) = (14.0, 84.0)

  private var plot: HeatMapPlot {
    HeatMapPlot(image: image, explanation: explanation, classIndex: classIndex)
  }
  private var words: ExplanationWords { ExplanationWords(plot, className: className) }
  private var bottom: Double {
    ExplanationWords.top + 2 * Self.plotHeight + Self.caption + SoundAxes.Style.large.height - 10
  }

  /// 780 wide, as high as the texts need.
  public var size: (width: Double, height: Double) { (Self.width, bottom + words.height) }

  /// Draws it.
  public func draw(on canvas: Canvas) {
    words.drawHeader(on: canvas)
    let left = ExplanationWords.margin + axes.width(.large, on: canvas)
    let upper = Rectangle(
      x: left, y: ExplanationWords.top, width: Self.width - left - Self.barSpace,
      height: Self.plotHeight)
    var lower = upper
    lower.y = upper.bottom + Self.caption

    let colors = SequentialColors(low: values.range.lowerBound, high: values.range.upperBound)
    canvas.image(picture(colors), in: upper)
    canvas.stroke(.rectangle(upper), Palette.quiet, width: 0.7)
    plot.draw(in: lower, on: canvas)
    let heard =
      "what the network hears" + (axes.heard == nil ? "" : "; \(SoundAxes.addedInWords)")
    for (text, area) in [(heard, upper), (words.caption, lower)] {
      canvas.text(text, at: Point(area.center.x, area.y - 11), size: 11, Palette.quiet, .center)
    }
    axes.draw(around: upper, showsTime: false, on: canvas)
    axes.draw(around: lower, showsTime: true, on: canvas)

    func bar(beside area: Rectangle) -> Rectangle {
      Rectangle(x: area.right + 16, y: area.y, width: Self.barWidth, height: area.height)
    }
    drawScale(colors, in: bar(beside: upper), on: canvas)
    SignedColors(of: explanation, classIndex).drawBar(bar(beside: lower), on: canvas)
    words.drawFooter(below: bottom, on: canvas)
  }

  private func picture(_ colors: SequentialColors) -> RGBImage {
    RGBImage(
      width: image.width, height: image.height,
      pixels: values.numbers.flatMap { number -> [UInt8] in
        let color = colors[Double(number)]
        return [color.red, color.green, color.blue].map { UInt8((255 * $0).rounded()) }
      })
  }

  private func drawScale(_ colors: SequentialColors, in bar: Rectangle, on canvas: Canvas) {
    colors.draw(in: bar, on: canvas)
    let axis = Axis(covering: [colors.low, colors.high], count: 5)
    for tick in axis.ticks where (colors.low...colors.high).contains(tick) {
      let y = bar.bottom - bar.height * (tick - colors.low) / (colors.high - colors.low)
      canvas.line(Point(bar.right, y), Point(bar.right + 4, y), Palette.quiet, width: 0.7)
      canvas.text(
        tick < 0 ? "−" + axis.label(-tick) : axis.label(tick), at: Point(bar.right + 8, y),
        size: 11,
        Palette.text)
    }
    canvas.text(
      values.label, at: Point(bar.x, bar.y - 11), size: 11, Palette.quiet)
  }
}
