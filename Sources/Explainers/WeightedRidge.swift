/// Linear models of what is shown, fitted by weighted least squares with a penalty on the weights
/// and none on the intercept: minimises over β and b
///
///     Σ_n π_n (y_n - b - z_n · β)² + penalty · |β|²
///
/// Hoerl and Kennard 1970, DOI 10.1080/00401706.1970.10488634; derived in
/// `docs/derivations/lime.md`. The masks are factorised once, then any number of targets is solved.
/// All sums are in Double and in the order of the samples.
struct WeightedRidge {
  let masks: Masks
  let sampleWeights: [Double]
  let totalWeight: Double
  /// z̄, the weighted share of the samples in which each part is shown.
  let shares: [Double]
  /// The factor of H = Σ π (z - z̄)(z - z̄)ᵀ + penalty · I.
  let factor: Cholesky

  /// Factorises the normal equations. Throws `ExplanationError.undetermined` where they are
  /// singular, which takes a penalty of 0.
  init(masks: Masks, sampleWeights: [Double], penalty: Double) throws(ExplanationError) {
    let parts = masks.parts
    precondition(
      sampleWeights.count == masks.samples,
      "\(sampleWeights.count) weights for \(masks.samples) samples")
    let total = sampleWeights.reduce(0, +)
    var (gram, shares) = Self.sums(masks, sampleWeights)
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

  /// The lower triangle of Σ π z zᵀ, to which only pairs of shown parts add, and Σ π z.
  private static func sums(
    _ masks: Masks, _ sampleWeights: [Double]
  ) -> (gram: [Double], shown: [Double]) {
    let parts = masks.parts
    var gram = [Double](repeating: 0, count: parts * parts)
    var (row, shown) = ([Double](repeating: 0, count: parts), [Double](repeating: 0, count: parts))
    gram.withUnsafeMutableBufferPointer { gram in
      row.withUnsafeMutableBufferPointer { row in
        for sample in 0..<masks.samples {
          let weight = sampleWeights[sample]
          masks.forEachShown(in: sample) { row[$0] = weight }
          masks.forEachShown(in: sample) { i in
            shown[i] += weight
            // Adding the zeros of hidden parts is quicker than passing over them.
            let line = UnsafeMutableBufferPointer(rebasing: gram[i * parts..<i * parts + i + 1])
            for j in line.indices { line[j] += row[j] }
          }
          masks.forEachShown(in: sample) { row[$0] = 0 }
        }
      }
    }
    return (gram, shown)
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
      masks.forEachShown(in: sample) { right[$0] += pull }
    }
    let weights = factor.solve(right)
    var intercept = mean
    for (share, weight) in zip(shares, weights) { intercept -= share * weight }

    let residuals = residuals(of: targets, weights, intercept)
    return ClassExplanation(
      weights: weights,
      fit: SurrogateFit(
        intercept: intercept, r2: r2(targets, mean: mean, residuals),
        localPrediction: intercept + weights.reduce(0, +)))
  }

  /// y - b - z · β of every sample.
  func residuals(of targets: [Double], _ weights: [Double], _ intercept: Double) -> [Double] {
    (0..<masks.samples).map { sample in
      var answer = intercept
      masks.forEachShown(in: sample) { answer += weights[$0] }
      return targets[sample] - answer
    }
  }

  /// 1 - Σ π (y - ŷ)² / Σ π (y - ȳ)², and 1 where every target is the same.
  private func r2(_ targets: [Double], mean: Double, _ residuals: [Double]) -> Double {
    // Rounding of the mean would make a little variance out of none.
    if targets.allSatisfy({ $0 == targets[0] }) { return 1 }
    var (residual, total) = (0.0, 0.0)
    for sample in 0..<masks.samples {
      let (error, deviation) = (residuals[sample], targets[sample] - mean)
      residual += sampleWeights[sample] * error * error
      total += sampleWeights[sample] * deviation * deviation
    }
    return total > 0 ? 1 - residual / total : 1
  }
}
