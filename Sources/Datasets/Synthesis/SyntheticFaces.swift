public import Imaging
internal import Kernels
internal import TensorCore

/// Drawn faces with the seven expressions of FER-2013, for tests and for trying things out without
/// a download. Face `i` of a seed depends on the two alone; so do its class and its split.
public struct SyntheticFaces: Sendable {
  /// How much of the picture the head fills.
  public enum Framing: Sendable {
    /// From hairline to chin, as in FER-2013.
    case tight
    /// With hair, neck and some room around, for face detectors.
    case wide

    /// The head's half height as a share of the picture's.
    var radius: Double {
      switch self {
      case .tight: 0.56
      case .wide: 0.36
      }
    }
  }

  /// FER-2013's splits: 80 %, 10 % and 10 % of every class.
  public static let splits = SplitNames.drawn.map(\.name)
  /// The sizes that can be drawn, in pixels.
  public static let sizes = 48...512

  private let stream: RandomStream

  /// The faces of a seed.
  public init(seed: UInt64) { stream = RandomStream(seed: seed).substream("drawn faces") }

  /// The class of a face: every seven in a row hold each class once, in random order.
  public func emotion(of index: Int) -> FaceEmotion {
    let (block, place) = index.quotientAndRemainder(dividingBy: FaceEmotion.allCases.count)
    var order = stream.substream("class").substream(block)
    return FaceEmotion.allCases[order.permutation(FaceEmotion.allCases.count)[place]]
  }

  /// The split of a face: of every ten in a row of one class, eight train and each test has one.
  public func split(of index: Int) -> String {
    let block = index / FaceEmotion.allCases.count
    var order = stream.substream("split").substream(emotion(of: index).rawValue)
      .substream(block / 10)
    let place = order.permutation(10)[block % 10]
    return Self.splits[max(0, place - 7)]
  }

  /// The picture of a face, `size` pixels square. Throws `ImagingError`.
  public func image(
    of index: Int, size: Int = 48, framing: Framing = .tight
  ) throws(ImagingError) -> GrayImage {
    var random = stream.substream("face").substream(index)
    let traits = FaceTraits(random: &random)
    let expression = FaceExpression.random(
      emotion(of: index), intensity: 0.5...1.15, looseness: 0.13, random: &random)
    let face = try Self.draw(traits, expression, size: size, framing: framing)
    return Self.develop(face, traits, random: &random)
  }

  /// A clear example of a class, well lit and without noise. Throws `ImagingError`.
  public func example(
    of emotion: FaceEmotion, _ index: Int, size: Int, framing: Framing = .wide
  ) throws(ImagingError) -> GrayImage {
    var random = stream.substream("example").substream(emotion.rawValue).substream(index)
    let traits = FaceTraits(random: &random).posed()
    let expression = FaceExpression.random(
      emotion, intensity: 0.95...1.1, looseness: 0.04, random: &random)
    return try Self.draw(traits, expression, size: size, framing: framing)
  }

  /// Draws at twice the size and takes the mean over each pixel's area.
  static func draw(
    _ traits: FaceTraits, _ expression: FaceExpression, size: Int, framing: Framing
  ) throws(ImagingError) -> GrayImage {
    precondition(sizes.contains(size), "a face of \(size) pixels, expected \(sizes)")
    let canvas = try Canvas(width: Double(size), height: Double(size), scale: 2)
    FacePainter(canvas: canvas, traits: traits, expression: expression)
      .paint(radius: framing.radius * Double(size))
    return try canvas.grayImage().resized(width: size, height: size)
  }

  /// What lens and film do: blur, contrast, brightness and noise.
  private static func develop(
    _ image: GrayImage, _ traits: FaceTraits, random: inout RandomStream
  ) -> GrayImage {
    // Blur as a share of a picture of 48 pixels, so that a face looks alike at every size.
    var levels = image.pixels.map(Float.init)
    let passes = max(1, image.width / 48)
    for _ in 0..<passes {
      levels = blurred(levels, width: image.width, height: image.height, Float(traits.blur))
    }
    let (contrast, brightness) = (Float(traits.contrast), 255 * Float(traits.brightness))
    let noise = 255 * Float(traits.noise)
    var developed = image
    for i in levels.indices {
      let level = 128 + (levels[i] - 128) * contrast + brightness + noise * random.normal()
      developed.pixels[i] = UInt8(max(0, min(255, level.rounded())))
    }
    return developed
  }

  /// A mixture of the picture and its 3x3 binomial mean, edges repeated.
  private static func blurred(
    _ levels: [Float], width: Int, height: Int, _ share: Float
  ) -> [Float] {
    var across = levels
    for y in 0..<height {
      for x in 0..<width {
        let i = y * width + x
        let (left, right) = (levels[x > 0 ? i - 1 : i], levels[x < width - 1 ? i + 1 : i])
        across[i] = 0.5 * levels[i] + 0.25 * (left + right)
      }
    }
    var mixed = levels
    for y in 0..<height {
      for x in 0..<width {
        let i = y * width + x
        let (above, below) = (
          across[y > 0 ? i - width : i], across[y < height - 1 ? i + width : i]
        )
        mixed[i] = (1 - share) * levels[i] + share * (0.5 * across[i] + 0.25 * (above + below))
      }
    }
    return mixed
  }
}
