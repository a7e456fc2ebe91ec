internal import Foundation

/// Between what shares the true share lies, where `successes` of `n` were seen: Wilson's score
/// interval of 95 % (Wilson 1927, "Probable Inference, the Law of Succession, and Statistical
/// Inference", DOI 10.1080/01621459.1927.10502953). Unlike the share plus and minus two standard
/// errors it holds for few examples and for shares near 0 and 1.
public struct ProportionInterval: Codable, Hashable, Sendable {
  /// The ends, both in 0...1.
  public let low: Double
  /// See `low`.
  public let high: Double

  /// The interval of `successes` out of `n`, at least one.
  public init(successes: Int, of n: Int) {
    precondition(n > 0 && (0...n).contains(successes), "\(successes) of \(n)")
    let z = 1.959963984540054  // the normal distribution's 97.5 % quantile
    let (count, share) = (Double(n), Double(successes) / Double(n))
    let centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    let half =
      z / (1 + z * z / count)
      * (share * (1 - share) / count + z * z / (4 * count * count)).squareRoot()
    // At 0 and n one end is the share itself, but for rounding.
    low = successes == 0 ? 0 : max(0, centre - half)
    high = successes == n ? 1 : min(1, centre + half)
  }
}
