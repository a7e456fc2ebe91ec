public import Explainers
public import Imaging

/// Signed weights as colours: orange speaks for, blue against, white for nothing. The two are told
/// apart by the colour-blind too (Okabe and Ito 2008).
struct SignedColors {
  /// The weight of the strongest colour; weights beyond it have it, too.
  let limit: Double

  /// Weights smaller than this change no probability that a person would read, so they never get
  /// strong colours, even where there are no larger ones.
  static let smallestLimit = 0.001

  /// Colours for weights up to the largest, either way.
  init(covering weights: [Double]) {
    limit = weights.reduce(Self.smallestLimit) { max($0, abs($1)) }
  }

  /// Colours for the map of a class. Of maps that weigh single pixels the hundredth of the largest
  /// weights share the strongest colour: a few pixels would take all the colours from the rest.
  init(of explanation: Explanation, _ classIndex: Int) {
    let weights = explanation.classes[classIndex].weights
    guard explanation.segmentation.isOfPixels else {
      self.init(covering: weights)
      return
    }
    let sizes = weights.map { abs($0) }.sorted()
    self.init(covering: [sizes[sizes.count - 1 - sizes.count / 100]])
  }

  /// The colour of a weight.
  subscript(_ weight: Double) -> Color {
    let strength = min(1, abs(weight) / limit)
    let full = weight < 0 ? Palette.against : Palette.speaksFor
    func mix(_ level: Double) -> Double { 1 + strength * (level - 1) }
    return Color(red: mix(full.red), green: mix(full.green), blue: mix(full.blue))
  }

  /// A bar of all the colours, the strongest against at `from`, the strongest for at `to`; across it as
  /// they look over the picture's blacks (left, or above) to its whites.
  func draw(in area: Rectangle, from: Point, to: Point, on canvas: Canvas) {
    let stops = [-limit, 0, limit].enumerated().map { (Double($0.offset) / 2, self[$0.element]) }
    canvas.fill(.rectangle(area), .linear(from: from, to: to, stops: stops))
    let black = Color(hex: 0)
    let isUpright = from.x == to.x
    canvas.fill(
      .rectangle(area),
      .linear(
        from: Point(area.x, area.y),
        to: isUpright ? Point(area.right, area.y) : Point(area.x, area.bottom),
        stops: [
          (0, black.opacity(1 - HeatMapImage.darkest)), (1, black.opacity(0)),
        ]))
    canvas.stroke(.rectangle(area), Palette.quiet, width: 0.7)
  }
}

extension Palette {
  static let speaksFor = Color(hex: 0xD55E00)
  static let against = Color(hex: 0x0072B2)
}

/// A grey picture under the colours of a heat map.
public enum HeatMapImage {
  /// The picture coloured by what speaks for and against one class, at its own size.
  ///
  /// Pixels are multiplied with their colour, so that the picture shows through as through coloured
  /// glass, after its blacks are lifted: on black no colour can be seen. Colours are scaled to the
  /// class's own largest weight.
  public static func render(
    _ image: GrayImage, _ explanation: Explanation, ofClass index: Int
  ) -> RGBImage {
    let segmentation = explanation.segmentation
    precondition(
      image.width == segmentation.width && image.height == segmentation.height,
      "a picture of \(image.width)x\(image.height) with parts of "
        + "\(segmentation.width)x\(segmentation.height)")
    let weights = explanation.classes[index].weights
    let colors = SignedColors(of: explanation, index)
    let partColors = weights.map { colors[$0] }
    var pixels = [UInt8]()
    pixels.reserveCapacity(3 * image.pixels.count)
    for (level, part) in zip(image.pixels, segmentation.labels) {
      let light = 255 * (darkest + (1 - darkest) * Double(level) / 255)
      let color = partColors[part]
      for share in [color.red, color.green, color.blue] {
        pixels.append(UInt8((light * share).rounded()))
      }
    }
    return RGBImage(width: image.width, height: image.height, pixels: pixels)
  }

  /// How light black becomes.
  static let darkest = 0.6
}
