public import Imaging

/// What an example looks like: a face as it is, a sound by its frequencies or its features over time, a row
/// of a table by its most unusual values.
public enum ExamplePicture: Sendable {
  /// A grey picture, before any preprocessing.
  case image(GrayImage)
  /// Numbers over time.
  case grid(ExampleGrid)
  /// The numbers of a row.
  case bars(ExampleBars)

  /// What it takes on a canvas; a grey picture is as large as it is told to be.
  func size(imageSide: Double) -> (width: Double, height: Double) {
    switch self {
    case .image: (imageSide, imageSide)
    case .grid(let grid): grid.size
    case .bars(let bars): bars.size
    }
  }

  /// Draws it into an area of that size; gives the part of it that the picture itself takes.
  @discardableResult
  func draw(in area: Rectangle, on canvas: Canvas) -> Rectangle {
    switch self {
    case .image(let image):
      let (w, h) = (Double(image.width), Double(image.height))
      let scale = area.width / max(w, h)
      let place = Rectangle(
        x: area.center.x - w * scale / 2, y: area.y + (area.height - h * scale) / 2,
        width: w * scale, height: h * scale)
      canvas.image(image, in: place)
      return place
    case .grid(let grid): grid.draw(at: Point(area.x, area.y), on: canvas)
    case .bars(let bars): bars.draw(at: Point(area.x, area.y), on: canvas)
    }
    return area
  }

  /// It as a part of a page; `name` keeps the ids of several apart.
  func html(name: String, alternative: String) throws(ImagingError) -> HTML {
    switch self {
    case .image(let image):
      .image(png: try image.png(), alternative: alternative, kind: "face")
    case .grid(let grid): try .svg(grid, name: name, alternative: alternative)
    case .bars(let bars): try .svg(bars, name: name, alternative: alternative)
    }
  }

  /// Whether it is a drawing with axes, which needs more room than a face.
  var isPlot: Bool {
    if case .image = self { false } else { true }
  }

  /// How to read it; nil where that needs no words.
  var words: String? {
    switch self {
    case .image: nil
    case .grid(let grid): grid.words
    case .bars:
      "Shown are the columns in which a row is most unusual, in standard deviations from the mean of "
        + "the training rows."
    }
  }
}
