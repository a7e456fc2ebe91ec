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
