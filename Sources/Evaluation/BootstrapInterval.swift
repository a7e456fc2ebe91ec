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
    low = Self.quantile((1 - level) / 2, of: sorted)
    high = Self.quantile((1 + level) / 2, of: sorted)
  }

  /// Whether zero is one of the values in between: for a difference, that it may be none.
  public var holdsZero: Bool { low <= 0 && high >= 0 }

  /// The value below which a share of sorted ones lies, linear between two neighbours: NumPy's
  /// `quantile` by default, number 7 of Hyndman and Fan (1996, DOI 10.1080/00031305.1996.10473566).
  static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    let place = share * Double(sorted.count - 1)
    let index = min(max(0, sorted.count - 2), Int(place))
    let next = min(index + 1, sorted.count - 1)
    return sorted[index] + (sorted[next] - sorted[index]) * (place - Double(index))
  }
}
