/// Shapley values as weighted least squares (Lundberg and Lee, NeurIPS 2017,
/// https://proceedings.neurips.cc/paper/2017/hash/8a20a8621978632d76c43dfd28b67767-Abstract.html): with
/// coalitions z_n in {0, 1}^S that weigh π_n by the Shapley kernel, they minimise over φ
///
///     Σ_n π_n (v(z_n) − v(∅) − z_n · φ)²   under   Σ φ = v(all) − v(∅)
///
/// With every coalition the minimum is at the Shapley values; with some of them near it. The
/// constraint holds exactly either way (its multiplier is eliminated as by Covert and Lee, AISTATS
/// 2021, https://proceedings.mlr.press/v130/covert21a.html):
///
///     φ = A⁻¹ b − A⁻¹ 1 (1ᵀA⁻¹b − Δ) / (1ᵀA⁻¹1),   A = Σ π z zᵀ,  b = Σ π z (v(z) − v(∅))
struct ShapleyRegression {
  private let masks: Masks
  private let weights: [Double]
  private let factor: Cholesky
  /// A⁻¹ 1 and the sum of its elements.
  private let inverseOfOnes: [Double]
  private let total: Double

  /// Factorises A for coalitions and their weights. Throws `ExplanationError.undetermined` where they
  /// do not tell the parts apart.
  init(_ masks: Masks, weights: [Double]) throws(ExplanationError) {
    let parts = masks.parts
    precondition(
      weights.count == masks.samples, "\(weights.count) weights of \(masks.samples) coalitions")
    var gram = [Double](repeating: 0, count: parts * parts)
    for sample in 0..<masks.samples {
      let shown = masks.shown(in: sample)
      for (position, i) in shown.enumerated() {
        for j in shown[...position] { gram[i * parts + j] += weights[sample] }
      }
    }
    do {
      factor = try Cholesky(
        lowerTriangle: gram, size: parts, smallestPivot: 1e-10 * weights.reduce(0, +))
    } catch {
      throw .undetermined(part: error.row, samples: masks.samples, parts: parts)
    }
    (self.masks, self.weights) = (masks, weights)
    inverseOfOnes = factor.solve([Double](repeating: 1, count: parts))
    total = inverseOfOnes.reduce(0, +)
  }

  /// The values of one game.
  ///
  /// - Parameters:
  ///   - worth: v of each coalition.
  ///   - none: v(∅).
  ///   - all: v of all parts together.
  func values(_ worth: [Double], none: Double, all: Double) -> [Double] {
    precondition(worth.count == masks.samples, "\(worth.count) answers for \(masks.samples)")
    var right = [Double](repeating: 0, count: masks.parts)
    for sample in 0..<masks.samples {
      let pull = weights[sample] * (worth[sample] - none)
      for part in masks.shown(in: sample) { right[part] += pull }
    }
    let free = factor.solve(right)
    let excess = (free.reduce(0, +) - (all - none)) / total
    return zip(free, inverseOfOnes).map { $0 - excess * $1 }
  }

  /// How far each value would stray if other coalitions had been drawn, for samples 0 and 1, 2 and 3 …
  /// that were drawn together.
  ///
  /// A pair changes the values by P A⁻¹ Σ π z e / (1 − h), P putting the sum back to what it was, e being
  /// the residuals and h the leverages: the errors are the root of the sum of the squares (HC3 by
  /// clusters; MacKinnon and White 1985, DOI 10.1016/0304-4076(85)90158-7), pairs of whose size all were
  /// asked about leaving nothing to chance.
  ///
  /// - Parameters:
  ///   - residuals: of each game v(z) − v(∅) − z · φ, a number a coalition.
  ///   - chances: of each coalition, see `ShapleyCoalitions.chances`.
  /// - Returns: `[game][part]`.
  func standardErrors(residuals: [[Double]], chances: [Double]) -> [[Double]] {
    let parts = masks.parts
    let inverse = factor.inverse()
    var squares = [[Double]](
      repeating: [Double](repeating: 0, count: parts), count: residuals.count)
    /// P A⁻¹ z, and the leverage.
    func pull(_ sample: Int) -> (change: [Double], leverage: Double) {
      var change = [Double](repeating: 0, count: parts)
      let shown = masks.shown(in: sample)
      for part in shown {
        for i in 0..<parts { change[i] += inverse[part * parts + i] }
      }
      let leverage = weights[sample] * shown.reduce(0) { $0 + change[$1] }
      let excess = change.reduce(0, +) / total
      for i in 0..<parts { change[i] -= excess * inverseOfOnes[i] }
      return (change, leverage)
    }
    for first in stride(from: 0, to: masks.samples, by: 2) where chances[first] > 0 {
      let pair = [first, first + 1].map { ($0, pull($0)) }
      for (game, residuals) in residuals.enumerated() {
        let pushes = pair.map { sample, pull in
          weights[sample] * residuals[sample] / max(Self.leastShare, 1 - pull.leverage)
        }
        for part in 0..<parts {
          let change = pushes[0] * pair[0].1.change[part] + pushes[1] * pair[1].1.change[part]
          squares[game][part] += chances[first] * change * change
        }
      }
    }
    return squares.map { $0.map { $0.squareRoot() } }
  }

  /// What 1 − leverage may be at least: below, it is rounding.
  private static let leastShare = 1e-9
}
