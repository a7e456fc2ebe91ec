internal import Kernels
public import TensorCore

/// Local interpretable model-agnostic explanations of pictures (Ribeiro, Singh and Guestrin 2016,
/// "Why should I trust you?", DOI 10.1145/2939672.2939778).
///
/// Parts of the picture are hidden at random, the network judges what is left, and for each class
/// a linear surrogate of what is shown is fitted to its probabilities, pictures near the whole one
/// counting most. The weight of a part is how much showing it changes the probability.
public struct LIME: Sendable {
  /// How many pictures the network judges, the whole one included; more than parts.
  public var samples = 1000
  /// The ridge penalty on the weights, at least 0.
  public var penalty = 1.0
  /// The width of the kernel exp(-d² / width²) of the cosine distance d from the whole picture.
  public var kernelWidth = 0.25
  /// What stands in the place of a hidden part.
  public var baseline = Baseline.blurred(0.1)
  /// How many pictures `predict` is given at once. Never changes which pictures these are.
  public var batchSize = 128

  /// LIME with the usual settings, those of the paper's program.
  public init() {}

  /// The most masks times parts: 100,000 samples of 100 parts.
  static let largestDesign = 10_000_000

  /// Explains the network's answer for every class, from the same samples.
  ///
  /// `image` is what the network sees, [H, W, C]; `segmentation` cuts it into at least two parts.
  /// `random` decides which parts are hidden. `predict` is given [n, H, W, C] and answers
  /// probabilities [n, K]. `progress` is told after each batch how many samples are done; what it
  /// throws ends the work. Throws `ExplanationError`, and what the closures throw.
  public func explain(
    _ image: Tensor, _ segmentation: Segmentation, random: RandomStream,
    progress: (Int) throws -> Void = { _ in }, predict: (Tensor) throws -> Tensor
  ) throws -> Explanation {
    precondition(
      image.shape.rank == 3 && image.shape[0] == segmentation.height
        && image.shape[1] == segmentation.width,
      "an image of \(image.shape) cut as \(segmentation.height)x\(segmentation.width)")
    try check(parts: segmentation.count)
    let masks = Masks(samples: samples, parts: segmentation.count, random: random)
    let sampleWeights = LocalityKernel(width: kernelWidth).weights(of: masks)
    try checkReach(of: sampleWeights, masks)
    // Before the network works: what is too little penalty does not depend on its answers.
    let ridge = try WeightedRidge(masks: masks, sampleWeights: sampleWeights, penalty: penalty)
    let targets = try answers(
      to: masks, of: image, segmentation, progress: progress, predict: predict)
    return Explanation(
      method: "lime", segmentation: segmentation, samples: samples,
      probabilities: targets.map { $0[0] }, classes: targets.map(ridge.solve))
  }

  /// The network's probabilities, `[class][sample]`.
  private func answers(
    to masks: Masks, of image: Tensor, _ segmentation: Segmentation,
    progress: (Int) throws -> Void, predict: (Tensor) throws -> Tensor
  ) throws -> [[Double]] {
    let hidden = baseline.filling(image, segmentation)
    var targets: [[Double]] = []
    for start in stride(from: 0, to: samples, by: batchSize) {
      let batch = start..<min(samples, start + batchSize)
      let output = try predict(pictures(batch, masks, image, hidden, segmentation))
      precondition(
        output.shape.rank == 2 && output.shape[0] == batch.count
          && (targets.isEmpty || targets.count == output.shape[1]),
        "probabilities \(output.shape) of \(batch.count) pictures and \(targets.count) classes")
      let classCount = output.shape[1]
      if targets.isEmpty { targets = [[Double]](repeating: [], count: classCount) }
      for (index, value) in output.elements.enumerated() {
        guard value.isFinite else {
          throw ExplanationError.notFinite(
            sample: start + index / classCount, classIndex: index % classCount)
        }
        targets[index % classCount].append(Double(value))
      }
      try progress(batch.upperBound)
    }
    return targets
  }

  /// The pictures of a range of samples, [n, H, W, C]: shown parts from `image`, the rest from
  /// `hidden`.
  private func pictures(
    _ batch: Range<Int>, _ masks: Masks, _ image: Tensor, _ hidden: Tensor,
    _ segmentation: Segmentation
  ) -> Tensor {
    let (labels, channels) = (segmentation.labels, image.shape[2])
    return Tensor.read(image, hidden) { image, hidden in
      Tensor(uninitialized: [batch.count, segmentation.height, segmentation.width, channels]) {
        out in
        parallelFor(batch.count) { row in
          let mask = (batch.lowerBound + row) * masks.parts
          let picture = out + row * labels.count * channels
          for (pixel, label) in labels.enumerated() {
            let source = masks.isShown[mask + label] ? image : hidden
            for i in pixel * channels..<(pixel + 1) * channels { picture[i] = source[i] }
          }
        }
      }
    }
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
