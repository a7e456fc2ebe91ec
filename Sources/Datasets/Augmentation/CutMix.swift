internal import TensorCore

extension Augmentation {
  /// A rectangle of one example in the place of the same of another, the targets mixed by area (Yun
  /// et al., ICCV 2019, DOI 10.1109/ICCV.2019.00612).
  public struct CutMix: AugmentationPart {
    static let key: StaticString = "cutmix"
    static let kinds: Set = [Manifest.imageKind, Manifest.spectrogramKind]
    /// How often, in 0...1.
    public var probability: Float = 0
    /// The share that is kept comes from the distribution Beta(α, α); 1 draws it evenly. What of the
    /// rectangle lies beyond the edges is kept, too.
    public var alpha: Float = 1

    init() {}

    var isOff: Bool { probability == 0 }
    var words: String { "CutMix (alpha \(alpha)) with probability \(probability)" }

    func validate() throws {
      try expect(
        (0...1).contains(probability), probability, "a probability from 0 to 1",
        setting: "probability")
      try expect((0.01...100).contains(alpha), alpha, "a number from 0.01 to 100", setting: "alpha")
    }
  }

  /// CutMix.
  public var cutMix: CutMix {
    get { self[CutMix.self] }
    set { self[CutMix.self] = newValue }
  }
}

extension Augmentation.CutMix: MixingPart {
  func mix(
    _ image: LevelImage, with partner: LevelImage, _ random: inout RandomStream
  ) -> Float {
    let box = draw(image.size, &random)
    for y in box.top..<box.top + box.height {
      let start = (y * image.size.width + box.left) * image.channels
      (image.levels + start).update(
        from: partner.levels + start, count: box.width * image.channels)
    }
    return 1 - Float(box.area) / Float(image.size.height * image.size.width)
  }

  /// The rectangle that comes from the partner, of the image's form, about a centre anywhere in it.
  func draw(_ size: ImageSize, _ random: inout RandomStream) -> PixelBox {
    let side = (1 - random.beta(alpha)).squareRoot()
    func span(_ count: Int) -> (start: Int, length: Int) {
      let length = Int((side * Float(count)).rounded())
      let start = random.integer(below: count) - length / 2
      let end = min(count, start + length)
      return (max(0, start), max(0, end - max(0, start)))
    }
    let (rows, columns) = (span(size.height), span(size.width))
    return PixelBox(
      top: rows.start, left: columns.start, height: rows.length, width: columns.length)
  }
}
