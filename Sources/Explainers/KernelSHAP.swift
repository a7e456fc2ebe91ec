public import TensorCore

/// Shapley values of the parts of a picture (KernelSHAP; Lundberg and Lee, NeurIPS 2017,
/// https://proceedings.neurips.cc/paper/2017/hash/8a20a8621978632d76c43dfd28b67767-Abstract.html).
///
/// The worth of a set of parts is what the network says where only they are shown and the rest is
/// the baseline; a part's value is what it adds, on average over all orders of the parts. The values
/// add up to f(picture) − f(baseline), exactly. Few parts are explained from every set of them, with
/// no error; many from a sample, by least squares with the Shapley kernel.
public struct KernelSHAP: Explainer {
  /// "kernel-shap".
  public static let name = "kernel-shap"
  /// One line for a list.
  public static let summary = "Shapley values of the parts, which add up; exact up to 12 parts"

  /// How many pictures the network judges at most, the whole one included; nil for every set of up to
  /// 12 parts, and 2000 above. Where they are enough for every set the values are exact.
  public var samples: Int?
  /// What stands in the place of a hidden part.
  public var baseline = Baseline.blurred(0.1)
  /// How many pictures the network is asked about at once. Never changes which pictures these are.
  public var batchSize = 128

  /// Shapley values with the usual number of samples.
  public init() {}

  /// The usual settings but for those that were chosen.
  public init(_ settings: ExplainerSettings) {
    samples = settings.samples
    baseline = settings.baseline ?? baseline
  }

  /// What it lets one choose.
  public static let settings: Set<ExplainerSetting> = [.samples, .baseline, .parts]
  /// The baseline.
  public var standIn: Baseline? { baseline }

  /// As many parts are explained from all of their 4096 sets unless `samples` says less.
  public static let mostExactParts = 12
  static let usualSamples = 2000

  /// Explains every class from the same pictures; `random` decides about which sets of parts is asked,
  /// where it is not all.
  public func explain(
    _ image: Tensor, _ segmentation: Segmentation, of network: any ExplainedNetwork,
    random: RandomStream, progress: (_ share: Double) throws -> Void
  ) throws -> Explanation {
    let parts = segmentation.count
    let budget = samples ?? (parts <= Self.mostExactParts ? 1 << parts : Self.usualSamples)
    let isExact = parts < 30 && 1 << parts <= budget
    try check(budget, parts: parts, isExact: isExact)
    let pictures = PartialPictures(image, segmentation, hiddenBy: baseline)
    func ask(_ masks: Masks) throws -> [[Double]] {
      try pictures.answers(to: masks, of: network, batchSize: batchSize, progress: progress)
    }
    return try isExact
      ? exact(segmentation, ask) : sampled(segmentation, budget, random: random, ask)
  }

  private func check(_ budget: Int, parts: Int, isExact: Bool) throws(ExplanationError) {
    try SettingChecks.expect(batchSize: batchSize)
    try baseline.check()
    try SettingChecks.expect(
      "samples", budget <= LIME.largestDesign / parts, budget,
      "at most \(LIME.largestDesign / parts) for \(parts) parts", "ask for fewer samples or parts")
    let least = min(
      ShapleyCoalitions.fewestPictures(parts: parts), parts < 30 ? 1 << parts : .max)
    try SettingChecks.expect(
      "samples", isExact || budget >= least, budget, "at least \(least) for \(parts) parts",
      "ask for more samples or fewer parts")
  }

  /// From every set of parts; sample n hides the parts whose bits are set in n.
  private func exact(
    _ segmentation: Segmentation, _ ask: (Masks) throws -> [[Double]]
  ) throws -> Explanation {
    let parts = segmentation.count
    let count = 1 << parts
    let masks = Masks(
      samples: count, parts: parts,
      isShown: (0..<count).flatMap { hidden in (0..<parts).map { hidden >> $0 & 1 == 0 } })
    let kernel = masks.kernelOfShapley
    return explanation(
      segmentation,
      try ask(masks).map { answers in
        let worth = (0..<count).map { shown in answers[count - 1 - shown] }
        return Game(
          answers: answers, values: ShapleyValues.exact(worth, parts: parts),
          none: answers[count - 1], fitted: (masks, answers, kernel),
          sampling: SamplingErrors(
            standardErrors: [Double](repeating: 0, count: parts), splitHalfStability: nil))
      })
  }

  /// From a sample of the sets; sample 0 shows all parts, sample 1 none.
  private func sampled(
    _ segmentation: Segmentation, _ budget: Int, random: RandomStream,
    _ ask: (Masks) throws -> [[Double]]
  ) throws -> Explanation {
    let parts = segmentation.count
    let coalitions = ShapleyCoalitions(parts: parts, pictures: budget, random: random)
    // Before the network works: whether the sets are enough does not depend on its answers.
    let regression = try ShapleyRegression(coalitions.masks, weights: coalitions.weights)
    let halves = coalitions.halves.map { half in
      (
        half.samples,
        try? ShapleyRegression(
          coalitions.masks.selecting(half.samples), weights: half.weights)
      )
    }
    let ends = [Bool](repeating: true, count: parts) + [Bool](repeating: false, count: parts)
    let masks = Masks(
      samples: coalitions.masks.samples + 2, parts: parts, isShown: ends + coalitions.masks.isShown)
    var games = try ask(masks).map { answers in
      let worth = Array(answers.dropFirst(2))
      return Game(
        answers: answers, values: regression.values(worth, none: answers[1], all: answers[0]),
        none: answers[1], fitted: (coalitions.masks, worth, coalitions.weights))
    }
    let errors = regression.standardErrors(
      residuals: games.map(\.residuals), chances: coalitions.chances)
    for index in games.indices {
      let game = games[index]
      let values = halves.map { samples, regression in
        regression?.values(
          samples.map { game.fitted.worth[$0] }, none: game.none, all: game.answers[0])
      }
      var stability: Double?
      if values.count == 2, let one = values[0], let other = values[1] {
        stability = RankAgreement.spearman(one, other)
      }
      games[index].sampling = SamplingErrors(
        standardErrors: errors[index], splitHalfStability: stability)
    }
    return explanation(segmentation, games)
  }

  /// What is known of one class.
  private struct Game {
    /// The whole picture's first.
    let answers: [Double]
    let values: [Double]
    /// The answer to the baseline.
    let none: Double
    /// The coalitions that the values were fitted to, what they are worth, and how much each counts.
    let fitted: (masks: Masks, worth: [Double], weights: [Double])
    var sampling: SamplingErrors?

    /// v(z) − v(∅) − z · φ of each coalition.
    var residuals: [Double] {
      fitted.worth.enumerated().map { sample, worth in
        worth - none - fitted.masks.shown(in: sample).reduce(0) { $0 + values[$1] }
      }
    }

    /// v(∅) + z · φ beside v(z): how much of the game is a sum of its parts. It goes through both
    /// ends exactly.
    var fit: SurrogateFit {
      let (_, worth, weights) = fitted
      let total = weights.reduce(0, +)
      let mean = zip(weights, worth).reduce(0) { $0 + $1.0 * $1.1 } / total
      var (left, spread) = (0.0, 0.0)
      for (sample, residual) in residuals.enumerated() where weights[sample] > 0 {
        left += weights[sample] * residual * residual
        spread += weights[sample] * (worth[sample] - mean) * (worth[sample] - mean)
      }
      var fit = SurrogateFit(
        intercept: none, r2: spread > 0 ? 1 - left / spread : 1,
        localPrediction: values.reduce(none, +))
      fit.measureLocalError(from: answers[0])
      return fit
    }
  }

  private func explanation(_ segmentation: Segmentation, _ games: [Game]) -> Explanation {
    Explanation(
      method: Self.name, segmentation: segmentation, samples: games.first?.answers.count ?? 0,
      probabilities: games.map { $0.answers[0] },
      classes: games.map { game in
        ClassExplanation(
          weights: game.values, fit: game.fit, sampling: game.sampling,
          completeness: Completeness(
            expected: game.answers[0] - game.none, sum: game.values.reduce(0, +)))
      })
  }
}

extension Masks {
  /// How much each set of shown parts counts by the Shapley kernel; 0 for all and none.
  fileprivate var kernelOfShapley: [Double] {
    (0..<samples).map { ShapleyCoalitions.kernel(parts: parts, size: shownCount(in: $0)) }
  }
}
