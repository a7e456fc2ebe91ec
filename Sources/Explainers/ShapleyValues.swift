internal import Foundation

/// Shapley values of a game in which parts are players: each part's mean contribution over all orders
/// in which the parts may come (Shapley 1953, DOI 10.1515/9781400881970-018).
enum ShapleyValues {
  /// From the worth of every coalition:
  ///
  ///     φ_i = Σ_{T without i} |T|! (S − |T| − 1)! / S! (v(T ∪ i) − v(T))
  ///
  /// - Parameter worth: 2^S numbers; bit i of the index says whether part i is in.
  static func exact(_ worth: [Double], parts: Int) -> [Double] {
    precondition(worth.count == 1 << parts, "\(worth.count) coalitions of \(parts) parts")
    // 1 / (S · C(S − 1, t)) is the same as t! (S − t − 1)! / S!.
    var shares: [Double] = []
    var binomial = 1.0
    for size in 0..<parts {
      shares.append(1 / (Double(parts) * binomial))
      binomial = binomial * Double(parts - 1 - size) / Double(size + 1)
    }
    return (0..<parts).map { part in
      worth.indices.reduce(0) { sum, coalition in
        guard coalition >> part & 1 == 0 else { return sum }
        return sum + shares[coalition.nonzeroBitCount]
          * (worth[coalition | 1 << part] - worth[coalition])
      }
    }
  }
}

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
}
