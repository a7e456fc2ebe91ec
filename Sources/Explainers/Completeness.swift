/// How exactly a method shares out an answer: what the weights add up to beside what they ought to.
///
/// Integrated gradients and Shapley values promise that the weights add up to f(picture) −
/// f(baseline). How far they are from it says how far the numbers behind them have converged.
public struct Completeness: Sendable, Hashable {
  /// f(picture) − f(baseline) by the network itself. Where noisy copies of the picture are explained
  /// it is their mean that takes the picture's place.
  public var expected: Double
  /// The sum of the weights.
  public var sum: Double

  /// What is shared out and what was.
  public init(expected: Double, sum: Double) { (self.expected, self.sum) = (expected, sum) }

  /// What is missing or too much, at least 0, in units of probability.
  public var gap: Double { abs(sum - expected) }
}
