/// The rows z_n that a linear surrogate is fitted to, one a sample: what is shown of a picture, or how many
/// deviations a table's columns are from their means.
protocol SurrogateDesign {
  /// The number of rows and of entries a row.
  var samples: Int { get }
  var parts: Int { get }

  /// Calls `body` with each entry of a row that is not 0, in order.
  func forEachEntry(in sample: Int, _ body: (_ part: Int, _ value: Double) -> Void)
}

extension Masks: SurrogateDesign {
  @inline(__always)
  func forEachEntry(in sample: Int, _ body: (_ part: Int, _ value: Double) -> Void) {
    forEachShown(in: sample) { body($0, 1) }
  }
}

/// Linear models of rows z, fitted by weighted least squares with a penalty on the weights
/// and none on the intercept: minimises over β and b
///
///     Σ_n π_n (y_n - b - z_n · β)² + penalty · |β|²
///
/// Hoerl and Kennard 1970, DOI 10.1080/00401706.1970.10488634; derived in
/// `docs/derivations/lime.md`. The rows are factorised once, then any number of targets is solved.
/// All sums are in Double and in the order of the samples.
struct WeightedRidge<Design: SurrogateDesign> {
  let design: Design
  let sampleWeights: [Double]
  let totalWeight: Double
  /// z̄, the weighted mean row: of masks the share of the samples in which each part is shown.
  let shares: [Double]
  /// The factor of H = Σ π (z - z̄)(z - z̄)ᵀ + penalty · I.
  let factor: Cholesky

  /// Factorises the normal equations. Throws `ExplanationError.undetermined` where they are
  /// singular, which takes a penalty of 0.
  init(_ design: Design, sampleWeights: [Double], penalty: Double) throws(ExplanationError) {
    let parts = design.parts
    precondition(
      sampleWeights.count == design.samples,
      "\(sampleWeights.count) weights for \(design.samples) samples")
    let total = sampleWeights.reduce(0, +)
    var (gram, shares) = Self.sums(design, sampleWeights)
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
      throw .undetermined(part: error.row, samples: design.samples, parts: parts)
    }
    (self.design, self.sampleWeights, self.shares) = (design, sampleWeights, shares)
    totalWeight = total
  }

  /// The lower triangle of Σ π z zᵀ, to which only pairs of entries that are not 0 add, and Σ π z.
  private static func sums(
    _ design: Design, _ sampleWeights: [Double]
  ) -> (gram: [Double], sum: [Double]) {
    let parts = design.parts
    var gram = [Double](repeating: 0, count: parts * parts)
    var (row, sum) = ([Double](repeating: 0, count: parts), [Double](repeating: 0, count: parts))
    gram.withUnsafeMutableBufferPointer { gram in
      row.withUnsafeMutableBufferPointer { row in
        for sample in 0..<design.samples {
          let weight = sampleWeights[sample]
          design.forEachEntry(in: sample) { row[$0] = weight * $1 }
          design.forEachEntry(in: sample) { i, value in
            sum[i] += row[i]
            // Adding the zeros of hidden parts is quicker than passing over them.
            let line = UnsafeMutableBufferPointer(rebasing: gram[i * parts..<i * parts + i + 1])
            for j in line.indices { line[j] += value * row[j] }
          }
          design.forEachEntry(in: sample) { part, _ in row[part] = 0 }
        }
      }
    }
    return (gram, sum)
  }

  /// The model of one target, a number a sample. Its local prediction is that for a row of ones, the
  /// whole picture.
  func solve(_ targets: [Double]) -> ClassExplanation {
    precondition(
      targets.count == design.samples,
      "\(targets.count) targets for \(design.samples) samples")
    var mean = 0.0
    for (target, weight) in zip(targets, sampleWeights) { mean += weight * target }
    mean /= totalWeight

    var right = [Double](repeating: 0, count: design.parts)
    // Σ π (z - z̄)(y - ȳ) = Σ π z (y - ȳ), for π (y - ȳ) adds up to 0.
    for sample in 0..<design.samples {
      let pull = sampleWeights[sample] * (targets[sample] - mean)
      design.forEachEntry(in: sample) { right[$0] += pull * $1 }
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
    (0..<design.samples).map { sample in
      var answer = intercept
      design.forEachEntry(in: sample) { answer += weights[$0] * $1 }
      return targets[sample] - answer
    }
  }

  /// 1 - Σ π (y - ŷ)² / Σ π (y - ȳ)², and 1 where every target is the same.
  private func r2(_ targets: [Double], mean: Double, _ residuals: [Double]) -> Double {
    // Rounding of the mean would make a little variance out of none.
    if targets.allSatisfy({ $0 == targets[0] }) { return 1 }
    var (residual, total) = (0.0, 0.0)
    for sample in 0..<design.samples {
      let (error, deviation) = (residuals[sample], targets[sample] - mean)
      residual += sampleWeights[sample] * error * error
      total += sampleWeights[sample] * deviation * deviation
    }
    return total > 0 ? 1 - residual / total : 1
  }
}
