import Foundation

/// How the learning rate goes over a run, as a factor of the optimiser's.
public struct ScheduleConfiguration: Codable, Hashable, Sendable {
  /// The courses there are.
  public enum Name: String, Codable, CaseIterable, Sendable {
    /// Always 1.
    case constant
    /// Times `factor` every `stepEpochs` epochs.
    case step
    /// Half a cosine from 1 to `finalFactor` (Loshchilov and Hutter, ICLR 2017,
    /// DOI 10.48550/arXiv.1608.03983, without restarts).
    case cosine
  }

  /// The course after the warm-up.
  public var name = Name.cosine
  /// Epochs over which the rate climbs from almost 0 to 1 in a straight line; before the course.
  public var warmupEpochs: Double = 1
  /// `step`: the epochs between two steps.
  public var stepEpochs = 10
  /// `step`: what each step multiplies by.
  public var factor = 0.1
  /// `cosine`: where it ends.
  public var finalFactor = 0.0

  enum CodingKeys: String, CodingKey {
    case name, factor
    case warmupEpochs = "warmup_epochs"
    case stepEpochs = "step_epochs"
    case finalFactor = "final_factor"
  }

  /// The defaults: a cosine after one epoch of warm-up.
  public init() {}

  /// The factor for one step.
  ///
  /// - Parameters:
  ///   - step: steps already taken in the whole run.
  ///   - stepsPerEpoch: at least 1.
  ///   - epochs: the run's.
  public func factor(step: Int, stepsPerEpoch: Int, epochs: Int) -> Double {
    // A warm-up as long as the run would leave nothing to learn with.
    let warmup = min(warmupEpochs, Double(epochs) / 2) * Double(stepsPerEpoch)
    if Double(step) < warmup { return Double(step + 1) / (warmup + 1) }
    switch name {
    case .constant: return 1
    case .step: return pow(factor, Double(step / stepsPerEpoch / max(1, stepEpochs)))
    case .cosine:
      let total = Double(epochs * stepsPerEpoch) - warmup
      let progress = total > 0 ? (Double(step) - warmup) / total : 1
      return finalFactor + (1 - finalFactor) * (1 + cos(.pi * progress)) / 2
    }
  }

  /// Throws `TrainingError.badSetting` for a course that cannot be taken.
  public func validate() throws {
    func expect(_ isGood: Bool, _ key: String, _ value: Any, _ expected: String) throws {
      guard isGood else {
        throw TrainingError.badSetting(
          key: "schedule.\(key)", found: "\(value)", expected: expected)
      }
    }
    try expect(warmupEpochs >= 0, "warmup_epochs", warmupEpochs, "a number of at least 0")
    try expect(stepEpochs >= 1, "step_epochs", stepEpochs, "an integer of at least 1")
    try expect(factor > 0 && factor <= 1, "factor", factor, "a number above 0 and at most 1")
    try expect(
      (0...1).contains(finalFactor), "final_factor", finalFactor, "a number from 0 to 1")
  }
}
