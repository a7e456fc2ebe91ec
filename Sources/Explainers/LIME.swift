public import TensorCore

/// Local interpretable model-agnostic explanations of pictures (Ribeiro, Singh and Guestrin 2016,
/// "Why should I trust you?", DOI 10.1145/2939672.2939778).
///
/// Parts of the picture are hidden at random, the network judges what is left, and for each class
/// a linear surrogate of what is shown is fitted to its probabilities, pictures near the whole one
/// counting most. The weight of a part is how much showing it changes the probability. From the same
/// samples each surrogate is judged: see `SurrogateFit`, `SamplingErrors` and
/// `ClassExplanation.doubts`.
public struct LIME: Explainer {
  /// "lime".
  public static let name = "lime"
  /// One line for a list.
  public static let summary = "a linear surrogate fitted to pictures with hidden parts"

  /// How many pictures the network judges, the whole one included; more than parts. With 3000 the five
  /// strongest parts are nearly the same whatever the seed (`docs/derivations/lime.md`).
  public var samples = 3000
  /// Goes on until the weights of the predicted class are known well enough, whatever `samples` says.
  public var automaticSamples: AutomaticSamples?
  /// Whether random masks come in pairs, each with its complement: what two parts do together is the
  /// same in both, so it does not blur what each does alone.
  public var isAntithetic = true
  /// The ridge penalty on the weights, at least 0.
  public var penalty = 1.0
  /// The distance d of a picture with hidden parts from the whole one.
  public var distance = MaskDistance.cosine
  /// The width of the kernel exp(-d² / width²); nil for the usual one of the distance.
  public var kernelWidth: Double?
  /// What stands in the place of a hidden part.
  public var baseline = Baseline.blurred(0.1)
  /// How many pictures the network is asked about at once. Never changes which pictures these are.
  public var batchSize = 128

  /// LIME with the usual settings.
  public init() {}

  /// The usual settings but for those that were chosen.
  public init(_ settings: ExplainerSettings) {
    self.init()
    samples = settings.samples ?? samples
    automaticSamples = settings.automaticSamples
    isAntithetic = settings.isAntithetic ?? isAntithetic
    penalty = settings.penalty ?? penalty
    distance = settings.distance ?? distance
    kernelWidth = settings.kernelWidth
    baseline = settings.baseline ?? baseline
  }

  /// What it lets one choose.
  public static let settings: Set<ExplainerSetting> = [
    .samples, .automaticSamples, .masks, .distance, .kernelWidth, .penalty, .baseline, .parts,
  ]
  /// The baseline.
  public var standIn: Baseline? { baseline }

  /// The width of the kernel for so many parts.
  public func width(parts: Int) -> Double { kernelWidth ?? distance.usualWidth(parts: parts) }

  /// Explains the network's answer for every class, from the same samples. The picture is cut into at
  /// least two parts; `random` decides which of them are hidden.
  public func explain(
    _ image: Tensor, _ segmentation: Segmentation, of network: any ExplainedNetwork,
    random: RandomStream, progress: (_ share: Double) throws -> Void
  ) throws -> Explanation {
    guard let automaticSamples else {
      return try explain(
        sample(image, segmentation, of: network, random: random, progress: progress), segmentation)
    }
    let (answers, end) = try sample(
      automaticSamples, image, segmentation, of: network, random: random, progress: progress)
    var explanation = try explain(answers, segmentation)
    explanation.samplingEnd = end
    return explanation
  }

  /// Asks about `samples` pictures. Throws as `explain`, before the network is asked where it can.
  public func sample(
    _ image: Tensor, _ segmentation: Segmentation, of network: any ExplainedNetwork,
    random: RandomStream, progress: (_ share: Double) throws -> Void = { _ in }
  ) throws -> SampledAnswers {
    try check(samples: samples, parts: segmentation.count)
    let masks = Masks(
      samples: samples, parts: segmentation.count, pairs: isAntithetic, random: random)
    // What is too little penalty does not depend on answers.
    _ = try ridge(masks)
    return SampledAnswers(
      masks: masks,
      targets: try PartialPictures(image, segmentation, hiddenBy: baseline).answers(
        to: masks, of: network, batchSize: batchSize, progress: progress), pairs: isAntithetic)
  }

  /// Fits a surrogate for each class to answers about pictures cut like that, and judges it.
  ///
  /// `samples` and `isAntithetic` say nothing here; the other settings do. Throws
  /// `ExplanationError`.
  public func explain(
    _ answers: SampledAnswers, _ segmentation: Segmentation
  ) throws -> Explanation {
    precondition(
      answers.masks.parts == segmentation.count,
      "answers about \(answers.masks.parts) parts for \(segmentation.count)")
    try check(samples: answers.count, parts: segmentation.count)
    let ridge = try ridge(answers.masks)
    var classes = answers.targets.map(ridge.solve)
    let residuals = zip(classes, answers.targets).map { model, targets in
      ridge.residuals(of: targets, model.weights, model.fit?.intercept ?? 0)
    }
    let errors = ridge.standardErrors(residuals: residuals, pairs: answers.pairs)
    let stabilities = stabilities(answers)
    for index in classes.indices {
      classes[index].fit?.measureLocalError(from: answers.probabilities[index])
      classes[index].sampling = SamplingErrors(
        standardErrors: errors[index], splitHalfStability: stabilities[index])
    }
    return Explanation(
      method: Self.name, segmentation: segmentation, samples: answers.count,
      probabilities: answers.probabilities, classes: classes)
  }

  /// Asks until the bounds of `automatic` are met for the class that the network answers.
  private func sample(
    _ automatic: AutomaticSamples, _ image: Tensor, _ segmentation: Segmentation,
    of network: any ExplainedNetwork, random: RandomStream,
    progress: (_ share: Double) throws -> Void
  ) throws -> (SampledAnswers, SamplingEnd) {
    try check(automatic)
    try check(samples: automatic.limit, parts: segmentation.count)
    let pictures = PartialPictures(image, segmentation, hiddenBy: baseline)
    var masks = Masks(samples: 0, parts: segmentation.count, isShown: [])
    var answers: SampledAnswers?
    for count in automatic.looks(parts: segmentation.count) {
      let range = masks.samples..<count
      masks = masks.extended(to: count, pairs: isAntithetic, random: random)
      let ridge = try ridge(masks)
      let more = try pictures.answers(to: masks, in: range, of: network, batchSize: batchSize) {
        try progress(Double(range.lowerBound + $0) / Double(automatic.limit))
      }
      let known =
        answers?.followed(by: more, masks: masks)
        ?? SampledAnswers(masks: masks, targets: more, pairs: isAntithetic)
      answers = known
      let targets = known.targets[known.mostProbable]
      let model = ridge.solve(targets)
      let errors = ridge.standardErrors(
        residuals: [ridge.residuals(of: targets, model.weights, model.fit?.intercept ?? 0)],
        pairs: isAntithetic)
      if automatic.isSatisfied(errors: errors[0], weights: model.weights) {
        try progress(1)
        return (known, .bound)
      }
    }
    guard let answers else { preconditionFailure("no look at the errors of any sample") }
    return (answers, .limit)
  }

  /// For each class how alike two halves of the samples rank the parts; nil where they do not
  /// determine the weights.
  private func stabilities(_ answers: SampledAnswers) -> [Double?] {
    let (first, second) = answers.halves
    guard let one = try? ridge(first.masks), let other = try? ridge(second.masks) else {
      return answers.targets.map { _ in nil }
    }
    return zip(first.targets, second.targets).map {
      RankAgreement.spearman(one.solve($0).weights, other.solve($1).weights)
    }
  }

  private func ridge(_ masks: Masks) throws(ExplanationError) -> WeightedRidge<Masks> {
    let kernel = LocalityKernel(distance: distance, width: width(parts: masks.parts))
    let sampleWeights = kernel.weights(of: masks)
    try checkReach(of: sampleWeights, masks)
    return try WeightedRidge(masks, sampleWeights: sampleWeights, penalty: penalty)
  }
}
