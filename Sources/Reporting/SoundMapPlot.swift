public import Explainers
public import Imaging

/// The weights of a sound's patches over its picture, with the axes of the sound: orange speaks for a class,
/// blue against it.
public struct SoundMapPlot: SmallPlot {
  /// The sound as a picture, on which the weights are laid.
  public var image: GrayImage
  /// What was found, as the picture lies.
  public var explanation: Explanation
  /// The class that is explained.
  public var classIndex: Int
  /// What rows and columns stand for.
  public var axes: SoundAxes

  /// The map of one class of an explanation of that sound.
  public init(image: GrayImage, explanation: Explanation, classIndex: Int, axes: SoundAxes) {
    (self.image, self.explanation) = (image, explanation)
    (self.classIndex, self.axes) = (classIndex, axes)
  }

  private var frame: SmallSoundFrame { SmallSoundFrame(axes: axes) }

  /// 300 units wide; of many named rows as high as their names need.
  public var size: (width: Double, height: Double) { frame.size }

  /// Draws it.
  public func draw(at corner: Point, on canvas: Canvas) {
    let plot = frame.plot(at: corner, on: canvas)
    HeatMapPlot(image: image, explanation: explanation, classIndex: classIndex)
      .draw(in: plot, on: canvas)
    let colors = SignedColors(of: explanation, classIndex)
    frame.draw(around: plot, scale: colors.ends(of: explanation), label: "weight", on: canvas) {
      colors.draw(in: $0, from: Point($0.x, $0.bottom), to: Point($0.x, $0.y), on: canvas)
    }
  }
}

extension SignedColors {
  /// The numbers of the strongest colour against, of none and of the strongest for; of maps of pixels, where weights
  /// beyond it share it, with a sign that says so.
  func ends(of explanation: Explanation) -> [String] {
    let isCut = explanation.segmentation.isOfPixels
    let limit = shortNumber(limit)
    return [(isCut ? "≤ −" : "−") + limit, "0", (isCut ? "≥ +" : "+") + limit]
  }
}
