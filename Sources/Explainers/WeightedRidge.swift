/// Linear models of what is shown, fitted by weighted least squares with a penalty on the weights
/// and none on the intercept: minimises over β and b
///
///     Σ_n π_n (y_n - b - z_n · β)² + penalty · |β|²
///
/// Hoerl and Kennard 1970, DOI 10.1080/00401706.1970.10488634; derived in
/// `docs/derivations/lime.md`. The masks are factorised once, then any number of targets is solved.
/// All sums are in Double and in the order of the samples.
struct WeightedRidge {
  private let masks: Masks
  private let sampleWeights: [Double]
  private let totalWeight: Double
  /// z̄, the weighted share of the samples in which each part is shown.
  private let shares: [Double]
  private let factor: Cholesky

  /// Factorises the normal equations. Throws `ExplanationError.undetermined` where they are
  /// singular, which takes a penalty of 0.
  init(masks: Masks, sampleWeights: [Double], penalty: Double) throws(ExplanationError) {
    let parts = masks.parts
    precondition(
      sampleWeights.count == masks.samples,
      "\(sampleWeights.count) weights for \(masks.samples) samples")
    var total = 0.0
    var shares = [Double](repeating: 0, count: parts)
    // Lower triangle of Σ π z zᵀ: only pairs of shown parts add to it.
    var gram = [Double](repeating: 0, count: parts * parts)
    for sample in 0..<masks.samples {
      let weight = sampleWeights[sample]
      let shown = masks.shown(in: sample)
      total += weight
      for (position, i) in shown.enumerated() {
        shares[i] += weight
        for j in shown[...position] { gram[i * parts + j] += weight }
      }
    }
    for i in 0..<parts { shares[i] /= total }
    for i in 0..<parts {
      for j in 0...i { gram[i * parts + j] -= total * shares[i] * shares[j] }
      gram[i * parts + i] += penalty
    }
    do {
      // What is left of a pivot of a singular matrix is rounding, relative to all that was added.
      factor = try Cholesky(
        lowerTriangle: gram, size: parts, smallestPivot: 1e-10 * (total + penalty))
    } catch {
      throw .undetermined(part: error.row, samples: masks.samples, parts: parts)
    }
    (self.masks, self.sampleWeights, self.shares) = (masks, sampleWeights, shares)
    totalWeight = total
  }

  /// The model of one target, a number a sample.
  func solve(_ targets: [Double]) -> ClassExplanation {
    precondition(
      targets.count == masks.samples, "\(targets.count) targets for \(masks.samples) samples")
    var mean = 0.0
    for (target, weight) in zip(targets, sampleWeights) { mean += weight * target }
    mean /= totalWeight

    var right = [Double](repeating: 0, count: masks.parts)
    // Σ π (z - z̄)(y - ȳ) = Σ π z (y - ȳ), for π (y - ȳ) adds up to 0.
    for sample in 0..<masks.samples {
      let pull = sampleWeights[sample] * (targets[sample] - mean)
      for part in masks.shown(in: sample) { right[part] += pull }
    }
    let weights = factor.solve(right)
    var intercept = mean
    for (share, weight) in zip(shares, weights) { intercept -= share * weight }

    return ClassExplanation(
      weights: weights,
      fit: SurrogateFit(
        intercept: intercept, r2: r2(targets, mean: mean, weights, intercept),
        localPrediction: intercept + weights.reduce(0, +)))
  }

  /// 1 - Σ π (y - ŷ)² / Σ π (y - ȳ)², and 1 where every target is the same.
  private func r2(
    _ targets: [Double], mean: Double, _ weights: [Double], _ intercept: Double
  ) -> Double {
    // Rounding of the mean would make a little variance out of none.
    if targets.allSatisfy({ $0 == targets[0] }) { return 1 }
    var (residual, total) = (0.0, 0.0)
    for sample in 0..<masks.samples {
      var answer = intercept
      for part in masks.shown(in: sample) { answer += weights[part] }
      let (error, deviation) = (targets[sample] - answer, targets[sample] - mean)
      residual += sampleWeights[sample] * error * error
      total += sampleWeights[sample] * deviation * deviation
    }
    return total > 0 ? 1 - residual / total : 1
  }
}
