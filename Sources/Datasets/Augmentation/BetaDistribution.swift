internal import Foundation
internal import TensorCore

extension RandomStream {
  /// A number in 0...1 from the distribution Beta(α, α), α > 0: G / (G + H) for two draws from
  /// Gamma(α, 1), formed from their logarithms, for both may be 0 in Float where α is small.
  mutating func beta(_ alpha: Float) -> Float {
    let (g, h) = (logGamma(Double(alpha)), logGamma(Double(alpha)))
    return Float(1 / (1 + exp(h - g)))
  }

  /// The logarithm of a draw from Gamma(α, 1): Marsaglia and Tsang's way for α >= 1 (ACM TOMS 26,
  /// 2000, DOI 10.1145/358407.358414); below, a draw for α + 1 times U^(1/α).
  private mutating func logGamma(_ alpha: Double) -> Double {
    if alpha < 1 {
      let draw = logGamma(alpha + 1)
      return draw + log(1 - Double(uniform())) / alpha
    }
    let d = alpha - 1 / 3.0
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = Double(normal())
      let v = (1 + c * x) * (1 + c * x) * (1 + c * x)
      if v > 0, log(1 - Double(uniform())) < 0.5 * x * x + d - d * v + d * log(v) {
        return log(d * v)
      }
    }
  }
}
