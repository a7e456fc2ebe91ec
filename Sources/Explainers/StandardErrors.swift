/// How far the weights of a surrogate would stray if other masks had been drawn.
///
/// The samples are random and so are, with them, the answers; sample 0 is what is explained whatever
/// the seed. So the error of a weight is estimated by leaving out one drawn sample at a time or,
/// where samples come in pairs that are not independent of each other, one pair (the jackknife;
/// Efron and Stein 1981, DOI 10.1214/aos/1176345462). For least squares that is the
/// heteroscedasticity-robust sandwich estimator with residuals divided by 1 - leverage, HC3
/// (MacKinnon and White 1985, DOI 10.1016/0304-4076(85)90158-7), by clusters where there are pairs.
/// Derived in `docs/derivations/lime.md`; no model is fitted again for it.
extension WeightedRidge {
  /// The standard error of each weight, for several models at once, `[model][part]`; infinite where
  /// the rest of the samples would not determine the weights.
  ///
  /// - Parameters:
  ///   - residuals: of each model, a number a sample.
  ///   - pairs: whether samples 1 and 2, 3 and 4 … are drawn together.
  func standardErrors(residuals: [[Double]], pairs: Bool) -> [[Double]] {
    let (parts, models) = (design.parts, residuals.count)
    let inverse = factor.inverse()
    // H⁻¹ z̄, so that H⁻¹ (z - z̄) takes additions alone.
    let center = (0..<parts).map { i in
      (0..<parts).reduce(0) { $0 + inverse[i * parts + $1] * shares[$1] }
    }
    var jackknife = Jackknife(models: models, parts: parts)
    var (first, second) = (center, center)
    let size = pairs ? 2 : 1
    for start in stride(from: 1, to: design.samples, by: size) {
      pull(of: start, inverse, center, &first)
      let p = sampleWeights[start]
      let a = leverage(start, first)
      guard start + 1 < min(design.samples, start + size) else {
        let share = 1 - a * p
        guard share > Self.leastShare else { return jackknife.undetermined }
        for (model, residuals) in residuals.enumerated() {
          jackknife.add(model, p * residuals[start] / share, first, 0, first)
        }
        jackknife.groups += 1
        continue
      }
      // The pair's residuals e solve (I - Q Π) e' = e for Q_nm = x_n · J⁻¹ x_m, Π their weights.
      let other = start + 1
      pull(of: other, inverse, center, &second)
      let q = sampleWeights[other]
      let (b, d) = (leverage(start, second), leverage(other, second))
      let (m00, m01, m10, m11) = (1 - a * p, -b * q, -b * p, 1 - d * q)
      let determinant = m00 * m11 - m01 * m10
      guard determinant > Self.leastShare else { return jackknife.undetermined }
      for (model, residuals) in residuals.enumerated() {
        let (e, f) = (residuals[start], residuals[other])
        jackknife.add(
          model, p * (m11 * e - m01 * f) / determinant, first,
          q * (m00 * f - m10 * e) / determinant, second)
      }
      jackknife.groups += 1
    }
    return jackknife.standardErrors
  }

  /// What 1 - leverage may be at least: below, it is rounding.
  private static var leastShare: Double { 1e-9 }

  /// H⁻¹ (z - z̄) of a sample.
  private func pull(
    of sample: Int, _ inverse: [Double], _ center: [Double], _ result: inout [Double]
  ) {
    let parts = design.parts
    inverse.withUnsafeBufferPointer { inverse in
      result.withUnsafeMutableBufferPointer { result in
        for i in 0..<parts { result[i] = -center[i] }
        design.forEachEntry(in: sample) { part, value in
          let column = UnsafeBufferPointer(rebasing: inverse[part * parts..<(part + 1) * parts])
          for i in 0..<parts { result[i] += value * column[i] }
        }
      }
    }
  }

  /// x_n · J⁻¹ x_m = 1 / Σπ + (z_n - z̄) · H⁻¹ (z_m - z̄), the last factor given.
  private func leverage(_ n: Int, _ pull: [Double]) -> Double {
    var sum = 1 / totalWeight
    design.forEachEntry(in: n) { sum += pull[$0] * $1 }
    for (share, value) in zip(shares, pull) { sum -= share * value }
    return sum
  }
}

/// The spread of weights over samples or pairs left out, of several models.
private struct Jackknife {
  private let models, parts: Int
  /// How many groups there were.
  var groups = 0
  /// The sums of what the weights change by, and of its squares, model after model.
  private var sums, squares: [Double]

  init(models: Int, parts: Int) {
    (self.models, self.parts) = (models, parts)
    sums = [Double](repeating: 0, count: models * parts)
    squares = sums
  }

  /// Adds what the weights of a model change by without a group: a · first + b · second.
  mutating func add(
    _ model: Int, _ a: Double, _ first: [Double], _ b: Double, _ second: [Double]
  ) {
    for part in 0..<parts {
      let change = a * first[part] + b * second[part]
      sums[model * parts + part] += change
      squares[model * parts + part] += change * change
    }
  }

  /// √((C - 1) / C Σ (d - d̄)²) over the C groups.
  var standardErrors: [[Double]] {
    guard groups > 1 else { return undetermined }
    let groups = Double(groups)
    return (0..<models).map { model in
      (model * parts..<(model + 1) * parts).map { i in
        let spread = max(0, squares[i] - sums[i] * sums[i] / groups)
        return (spread * (groups - 1) / groups).squareRoot()
      }
    }
  }

  /// No error is known.
  var undetermined: [[Double]] {
    [[Double]](repeating: [Double](repeating: .infinity, count: parts), count: models)
  }
}
