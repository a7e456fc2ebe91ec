internal import Foundation
internal import TensorCore

extension Augmentation {
  /// A rectangle of the image painted over (Zhong et al., "Random Erasing Data Augmentation", AAAI
  /// 2020, DOI 10.1609/aaai.v34i07.7000): its area is drawn evenly, the logarithm of its height over
  /// its width between ±ln 3.3, and its place evenly where it fits.
  public struct Erasing: AugmentationPart {
    static let key: StaticString = "erasing"
    /// How often, in 0...1.
    public var probability: Float = 0
    /// The smallest and the largest share of the image's area.
    public var area = Interval(0.02, 0.2)
    /// What is painted.
    public var fill = Fill.noise

    init() {}

    var isOff: Bool { probability == 0 }
    var words: String {
      "rectangles of \(area.low) to \(area.high) of the area erased with probability \(probability)"
    }

    func validate() throws {
      try expect(
        (0...1).contains(probability), probability, "a probability from 0 to 1",
        setting: "probability")
      try expect(
        area.isWithin(0.001...1), [area.low, area.high],
        "two shares of the area [low, high] from 0.001 to 1", setting: "area")
      if case .level(let level) = fill {
        try expect(
          (0...255).contains(level), level, "noise, mean or a grey level from 0 to 255",
          setting: "fill")
      }
    }
  }

  /// What stands in the place of an erased part.
  public enum Fill: Codable, Hashable, Sendable {
    /// Every level drawn evenly from 0...255.
    case noise
    /// The image's mean.
    case mean
    /// A grey level in 0...255.
    case level(Float)

    /// Reads `"noise"`, `"mean"` or a number.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let level = try? container.decode(Float.self) {
        self = .level(level)
        return
      }
      switch try? container.decode(String.self) {
      case "noise"?: self = .noise
      case "mean"?: self = .mean
      default:
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "expected noise, mean or a grey level from 0 to 255")
      }
    }

    /// Writes what is read.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .noise: try container.encode("noise")
      case .mean: try container.encode("mean")
      case .level(let level): try container.encode(level)
      }
    }
  }

  /// Erased rectangles.
  public var erasing: Erasing {
    get { self[Erasing.self] }
    set { self[Erasing.self] = newValue }
  }
}

extension Augmentation.Erasing: LevelPart {
  func apply(to image: LevelImage, _ random: inout RandomStream) {
    guard random.uniform() < probability else { return }
    let box = draw(image.size, &random)
    let level: Float? =
      switch fill {
      case .noise: nil
      case .mean: image.mean
      case .level(let level): level
      }
    for y in box.top..<box.top + box.height {
      let line = image.levels + (y * image.size.width + box.left) * image.channels
      for i in 0..<box.width * image.channels { line[i] = level ?? 255 * random.uniform() }
    }
  }

  /// The rectangle to be erased.
  func draw(_ size: ImageSize, _ random: inout RandomStream) -> PixelBox {
    let (height, width) = (Float(size.height), Float(size.width))
    let erased = random.uniform(area.low, area.high) * height * width
    // Only forms that fit: sqrt(area · form) high and sqrt(area / form) wide.
    let limit: Float = 3.3
    let low = min(max(1 / limit, erased / (width * width)), height * height / erased)
    let high = max(low, min(limit, height * height / erased))
    let form = Interval(low, high).drawnEvenlyInLogarithms(&random)
    func side(_ length: Float, _ limit: Int) -> Int { min(limit, max(1, Int(length.rounded()))) }
    let rows = side((erased * form).squareRoot(), size.height)
    let columns = side((erased / form).squareRoot(), size.width)
    return PixelBox(
      top: random.integer(below: size.height - rows + 1),
      left: random.integer(below: size.width - columns + 1), height: rows, width: columns)
  }
}

/// A rectangle of whole pixels within an image.
struct PixelBox: Equatable {
  var top, left, height, width: Int
  var area: Int { height * width }
}
