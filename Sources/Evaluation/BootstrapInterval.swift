/// A figure with the ends between which most of its bootstrap draws lie: the percentile interval
/// (Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13, ISBN 0412042312).
public struct BootstrapInterval: Codable, Hashable, Sendable {
  /// The figure of the rows as they are.
  public let estimate: Double
  /// The lower end.
  public let low: Double
  /// The upper end.
  public let high: Double
  /// The share of the draws in between: 0.95.
  public let level: Double
  /// How many draws had the figure.
  public let draws: Int

  /// From the figure of each draw; nil for none.
  init?(estimate: Double, values: [Double], level: Double) {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    (self.estimate, self.level, draws) = (estimate, level, values.count)
    low = quantile((1 - level) / 2, of: sorted)
    high = quantile((1 + level) / 2, of: sorted)
  }

  /// Whether zero is one of the values in between: for a difference, that it may be none.
  public var holdsZero: Bool { low <= 0 && high >= 0 }
}
