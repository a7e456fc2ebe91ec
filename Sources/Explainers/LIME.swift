public import TensorCore

/// Local interpretable model-agnostic explanations of pictures (Ribeiro, Singh and Guestrin 2016,
/// "Why should I trust you?", DOI 10.1145/2939672.2939778).
///
/// Parts of the picture are hidden at random, the network judges what is left, and for each class
/// a linear surrogate of what is shown is fitted to its probabilities, pictures near the whole one
/// counting most. The weight of a part is how much showing it changes the probability.
public struct LIME: Explainer {
  /// "lime".
  public static let name = "lime"
  /// One line for a list.
  public static let summary = "a linear surrogate fitted to pictures with hidden parts"

  /// How many pictures the network judges, the whole one included; more than parts.
  public var samples = 1000
  /// The ridge penalty on the weights, at least 0.
  public var penalty = 1.0
  /// The width of the kernel exp(-d² / width²) of the cosine distance d from the whole picture.
  public var kernelWidth = 0.25
  /// What stands in the place of a hidden part.
  public var baseline = Baseline.blurred(0.1)
  /// How many pictures the network is asked about at once. Never changes which pictures these are.
  public var batchSize = 128

  /// LIME with the usual settings, those of the paper's program.
  public init() {}

  /// The usual settings but for those that were chosen.
  public init(_ settings: ExplainerSettings) {
    self.init()
    samples = settings.samples ?? samples
    penalty = settings.penalty ?? penalty
    baseline = settings.baseline ?? baseline
  }

  /// The most masks times parts: 100,000 samples of 100 parts.
  static let largestDesign = 10_000_000

  /// Explains the network's answer for every class, from the same samples. The picture is cut into at
  /// least two parts; `random` decides which of them are hidden.
  public func explain(
    _ image: Tensor, _ segmentation: Segmentation, of network: any ExplainedNetwork,
    random: RandomStream, progress: (_ share: Double) throws -> Void
  ) throws -> Explanation {
    try check(parts: segmentation.count)
    let masks = Masks(samples: samples, parts: segmentation.count, random: random)
    let sampleWeights = LocalityKernel(width: kernelWidth).weights(of: masks)
    try checkReach(of: sampleWeights, masks)
    // Before the network works: what is too little penalty does not depend on its answers.
    let ridge = try WeightedRidge(masks: masks, sampleWeights: sampleWeights, penalty: penalty)
    let targets = try PartialPictures(image, segmentation, hiddenBy: baseline).answers(
      to: masks, of: network, batchSize: batchSize, progress: progress)
    return Explanation(
      method: Self.name, segmentation: segmentation, samples: samples,
      probabilities: targets.map { $0[0] }, classes: targets.map(ridge.solve))
  }

  private func check(parts: Int) throws(ExplanationError) {
    let isDesignSmall = samples <= Self.largestDesign / max(1, parts)
    let problems: [(String, Bool, String, String, String)] = [
      (
        "parts", parts >= 2, "\(parts)", "at least 2", "cut the picture into more parts"
      ),
      (
        // With no more equations than unknowns any answers fit, and R² would say nothing.
        "samples", samples > parts + 1, "\(samples)", "more than \(parts + 1) for \(parts) parts",
        "ask for more samples or fewer parts"
      ),
      (
        "samples", isDesignSmall, "\(samples)",
        "at most \(Self.largestDesign / max(1, parts)) "
          + "for \(parts) parts", "ask for fewer samples or parts"
      ),
      ("penalty", penalty >= 0 && penalty.isFinite, "\(penalty)", "0 or more", "1 is usual"),
      (
        "kernel width", kernelWidth > 0 && kernelWidth.isFinite, "\(kernelWidth)", "more than 0",
        "0.25 is usual"
      ),
      ("batch size", batchSize >= 1, "\(batchSize)", "at least 1", "128 is usual"),
    ]
    for (name, isGood, found, expected, remedy) in problems where !isGood {
      throw .badSetting(name: name, found: found, expected: expected, remedy: remedy)
    }
    if case .blurred(let share) = baseline, !(share > 0 && share <= 1) {
      throw .badSetting(
        name: "baseline", found: "blurred by \(share)",
        expected: "a share of the longer side, above 0 and at most 1", remedy: "0.1 is usual")
    }
    if case .value(let value) = baseline, !value.isFinite {
      throw .badSetting(
        name: "baseline", found: "\(value)", expected: "a finite value",
        remedy: "0 is black where pictures are grey levels")
    }
  }

  /// A kernel so narrow that only the whole picture counts would "explain" it with zeros.
  private func checkReach(of sampleWeights: [Double], _ masks: Masks) throws(ExplanationError) {
    let hiding = (0..<samples).filter { masks.shown(in: $0).count < masks.parts }
    guard hiding.reduce(0, { $0 + sampleWeights[$1] }) > 1e-6 else {
      throw .badSetting(
        name: "kernel width", found: "\(kernelWidth)",
        expected: "a width at which pictures with hidden parts count", remedy: "0.25 is usual")
    }
  }
}
