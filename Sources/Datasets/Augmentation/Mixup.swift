internal import TensorCore

extension Augmentation {
  /// Two examples laid over each other, λ of one and 1 - λ of the other, with the targets mixed
  /// alike (Zhang et al., "mixup: Beyond Empirical Risk Minimization", ICLR 2018, arXiv 1710.09412).
  public struct Mixup: AugmentationPart {
    static let key: StaticString = "mixup"
    static let kinds: Set = [
      Manifest.imageKind, Manifest.spectrogramKind, Manifest.seriesKind, Manifest.tableKind,
    ]
    /// How often, in 0...1.
    public var probability: Float = 0
    /// λ comes from the distribution Beta(α, α): near 0 or 1 for small α, near 1/2 for large ones.
    public var alpha: Float = 0.2

    init() {}

    var isOff: Bool { probability == 0 }
    var words: String { "mixup (alpha \(alpha)) with probability \(probability)" }

    func validate() throws {
      try expect(
        (0...1).contains(probability), probability, "a probability from 0 to 1",
        setting: "probability")
      try expect((0.01...100).contains(alpha), alpha, "a number from 0.01 to 100", setting: "alpha")
    }
  }

  /// Mixup.
  public var mixup: Mixup {
    get { self[Mixup.self] }
    set { self[Mixup.self] = newValue }
  }
}

extension Augmentation.Mixup: MixingPart {
  func mix(
    _ image: LevelImage, with partner: LevelImage, _ random: inout RandomStream
  ) -> Float {
    let share = random.beta(alpha)
    for i in 0..<image.count {
      image.levels[i] = partner.levels[i] + share * (image.levels[i] - partner.levels[i])
    }
    return share
  }
}
