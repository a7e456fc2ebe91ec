internal import Foundation

/// Points and weights with which a weighted sum of `count` values is the integral over [0, 1], exact
/// for polynomials of degree 2 · count − 1 (Golub and Welsch 1969,
/// DOI 10.1090/S0025-5718-69-99647-1; found here by Newton's method on Legendre's polynomial).
struct GaussLegendre {
  /// In (0, 1), ascending.
  let points: [Double]
  /// Positive, 1 together.
  let weights: [Double]

  /// The rule of `count` points, at least 1.
  init(_ count: Int) {
    precondition(count >= 1, "a rule of \(count) points")
    var points = [Double](repeating: 0, count: count)
    var weights = points
    for index in 0..<count {
      // Close to the root already: Tricomi's approximation.
      var x = cos(Double.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
      var slope = 1.0
      for _ in 0..<100 {
        let value: Double
        (value, slope) = Self.legendre(count, x)
        let step = value / slope
        x -= step
        if abs(step) <= 1e-15 { break }
      }
      slope = Self.legendre(count, x).slope
      // From [-1, 1] to [0, 1]; the roots descend.
      points[count - 1 - index] = (1 + x) / 2
      weights[count - 1 - index] = 1 / ((1 - x * x) * slope * slope)
    }
    (self.points, self.weights) = (points, weights)
  }

  /// P_n(x) and its derivative, by (k + 1) P_{k+1} = (2k + 1) x P_k − k P_{k−1}.
  private static func legendre(_ n: Int, _ x: Double) -> (value: Double, slope: Double) {
    var (before, value) = (1.0, x)
    for k in 1..<max(1, n) {
      let next = (Double(2 * k + 1) * x * value - Double(k) * before) / Double(k + 1)
      (before, value) = (value, next)
    }
    return (value, Double(n) * (x * value - before) / (x * x - 1))
  }
}
