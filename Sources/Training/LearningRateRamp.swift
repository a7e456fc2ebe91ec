internal import Foundation
internal import TensorCore

/// A learning rate that rises by the same factor with every step, for a range test.
public struct LearningRateRamp: Hashable, Sendable {
  /// The first step's rate.
  public let from: Double
  /// The last step's rate.
  public let to: Double
  /// How many steps there are.
  public let steps: Int

  /// A rise in so many steps. Throws `SettingError` unless 0 < from < to and there are at least ten
  /// steps: with fewer there is no curve to be read.
  public init(from: Double, to: Double, steps: Int) throws {
    try SettingError.expect(
      from > 0 && from.isFinite, key: "from", found: from, expected: "a rate above 0")
    try SettingError.expect(
      to > from && to.isFinite, key: "to", found: to, expected: "a rate above \(from)")
    try SettingError.expect(
      steps >= 10, key: "steps", found: steps, expected: "an integer of at least 10")
    (self.from, self.to, self.steps) = (from, to, steps)
  }

  /// from · (to / from)^(step / (steps - 1)), for a step from 0.
  public func rate(ofStep step: Int) -> Double {
    step == steps - 1 ? to : from * pow(to / from, Double(step) / Double(steps - 1))
  }
}
