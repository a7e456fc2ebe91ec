public import Imaging

/// Why a network gave an answer, as a picture and a line.
public struct SampleExplanation: Sendable {
  /// What spoke for and against the answer.
  public enum Picture: Sendable {
    /// The example under the colours of its parts.
    case image(RGBImage)
    /// A drawing with axes.
    case plot(any SmallPlot)

    /// It as a file; drawings of two pixels a unit. Throws `ImagingError`.
    public func png() throws(ImagingError) -> [UInt8] {
      switch self {
      case .image(let image): try image.png()
      case .plot(let plot): try plot.png(scale: 2)
      }
    }

    /// It as a part of a page; `name` keeps the ids of several apart.
    func html(name: String, alternative: String) throws(ImagingError) -> HTML {
      switch self {
      case .image(let image):
        .image(png: try image.png(), alternative: alternative, kind: "explanation")
      case .plot(let plot): try .svg(plot, name: name, alternative: alternative)
      }
    }
  }

  /// What spoke for and against the answer.
  public var picture: Picture
  /// Which class is explained, and how well the explanation fits: `Happy, R² 0.82`.
  public var caption: String
  /// What speaks against it, a sentence each.
  public var doubts: [String]

  /// An explanation from its picture, its line and what speaks against it.
  public init(picture: Picture, caption: String, doubts: [String] = []) {
    (self.picture, self.caption, self.doubts) = (picture, caption, doubts)
  }
}
