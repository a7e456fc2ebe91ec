internal import Foundation
public import TensorCore

/// How the learning rate goes over a run, as a factor of the optimiser's.
public struct ScheduleConfiguration: Codable, Hashable, Sendable {
  /// The courses there are.
  public enum Name: String, Choice {
    /// Always 1.
    case constant
    /// Times `factor` every `stepEpochs` epochs.
    case step
    /// Half a cosine from 1 to `finalFactor` (Loshchilov and Hutter, ICLR 2017,
    /// DOI 10.48550/arXiv.1608.03983, without restarts).
    case cosine
    /// Up to 1 and far down again, each by half a cosine: `OneCycle`.
    case oneCycle = "one_cycle"
    /// Times `factor` whenever the choosing metric has got no better for a while: `Plateau`.
    case plateau
  }

  /// The course after the warm-up.
  public var name = Name.cosine
  /// Epochs over which the rate climbs from almost 0 to the course's beginning in a straight line.
  public var warmupEpochs: Double = 1
  /// `step`: the epochs between two steps.
  public var stepEpochs = 10
  /// `step`, `plateau`: what each step multiplies by.
  public var factor = 0.1
  /// `cosine`: where it ends; `plateau`: what it does not fall below.
  public var finalFactor = 0.0
  /// `one_cycle`: the share of the steps that go up.
  public var peakShare = 0.3
  /// `one_cycle`: it begins at 1 over this.
  public var initialDivisor = 25.0
  /// `one_cycle`: it ends at its beginning over this.
  public var finalDivisor = 1e4
  /// `one_cycle`: whether momentum goes the other way, from `momentumHigh` to `momentumLow` and back.
  public var cycleMomentum = false
  /// `one_cycle`: the momentum at the highest rate.
  public var momentumLow = 0.85
  /// `one_cycle`: the momentum at both ends.
  public var momentumHigh = 0.95
  /// `plateau`: the epochs without progress that are borne.
  public var patience = 10
  /// `plateau`: by what share of the best a value must be better to count as progress.
  public var threshold = 1e-4
  /// `plateau`: the epochs after a fall that are not counted.
  public var cooldown = 0

  enum CodingKeys: String, CodingKey {
    case name, factor, patience, threshold, cooldown
    case warmupEpochs = "warmup_epochs"
    case stepEpochs = "step_epochs"
    case finalFactor = "final_factor"
    case peakShare = "peak_share"
    case initialDivisor = "initial_divisor"
    case finalDivisor = "final_divisor"
    case cycleMomentum = "cycle_momentum"
    case momentumLow = "momentum_low"
    case momentumHigh = "momentum_high"
  }

  /// The defaults: a cosine after one epoch of warm-up.
  public init() {}

  /// The factor for one step.
  ///
  /// - Parameters:
  ///   - step: steps already taken in the whole run.
  ///   - stepsPerEpoch: at least 1.
  ///   - epochs: the run's.
  ///   - metrics: of the whole epochs so far, what `plateau` looks at.
  ///   - lowerIsBetter: what it takes for progress.
  public func factor(
    step: Int, stepsPerEpoch: Int, epochs: Int, metrics: [Double] = [],
    lowerIsBetter: Bool = false
  ) -> Double {
    let warmup = warmupSteps(stepsPerEpoch: stepsPerEpoch, epochs: epochs)
    let total = Double(epochs * stepsPerEpoch) - warmup
    if Double(step) < warmup {
      let climb = Double(step + 1) / (warmup + 1)
      return name == .oneCycle ? climb * oneCycle(total).factor(at: 0) : climb
    }
    let place = Double(step) - warmup
    switch name {
    case .constant: return 1
    case .step: return pow(factor, Double(step / stepsPerEpoch / max(1, stepEpochs)))
    case .cosine:
      let progress = total > 0 ? place / total : 1
      return finalFactor + (1 - finalFactor) * (1 + cos(.pi * progress)) / 2
    case .oneCycle: return oneCycle(total).factor(at: place)
    case .plateau:
      return Plateau(self, after: metrics, lowerIsBetter: lowerIsBetter).factor
    }
  }

  /// The momentum for one step, nil where the optimiser's own holds.
  public func momentum(step: Int, stepsPerEpoch: Int, epochs: Int) -> Double? {
    guard name == .oneCycle, cycleMomentum else { return nil }
    let warmup = warmupSteps(stepsPerEpoch: stepsPerEpoch, epochs: epochs)
    return oneCycle(Double(epochs * stepsPerEpoch) - warmup)
      .momentum(at: max(0, Double(step) - warmup))
  }

  /// A warm-up as long as the run would leave nothing to learn with.
  private func warmupSteps(stepsPerEpoch: Int, epochs: Int) -> Double {
    min(warmupEpochs, Double(epochs) / 2) * Double(stepsPerEpoch)
  }

  private func oneCycle(_ steps: Double) -> OneCycle {
    OneCycle(
      steps: steps, peakShare: peakShare, initialDivisor: initialDivisor,
      finalDivisor: finalDivisor, momentumLow: momentumLow, momentumHigh: momentumHigh)
  }

  /// Throws `SettingError` for a course that cannot be taken.
  public func validate() throws {
    func expect(_ isGood: Bool, _ key: String, _ value: Any, _ expected: String) throws {
      guard isGood else {
        throw SettingError(
          key: "schedule.\(key)", found: "\(value)", expected: expected)
      }
    }
    try expect(warmupEpochs >= 0, "warmup_epochs", warmupEpochs, "a number of at least 0")
    try expect(stepEpochs >= 1, "step_epochs", stepEpochs, "an integer of at least 1")
    try expect(factor > 0 && factor <= 1, "factor", factor, "a number above 0 and at most 1")
    try expect(
      (0...1).contains(finalFactor), "final_factor", finalFactor, "a number from 0 to 1")
    try expect((0...1).contains(peakShare), "peak_share", peakShare, "a number from 0 to 1")
    for (key, value) in [("initial_divisor", initialDivisor), ("final_divisor", finalDivisor)] {
      try expect(value >= 1 && value.isFinite, key, value, "a number of at least 1")
    }
    for (key, value) in [("momentum_low", momentumLow), ("momentum_high", momentumHigh)] {
      try expect((0..<1).contains(value), key, value, "a number of at least 0 and below 1")
    }
    try expect(patience >= 0, "patience", patience, "an integer of at least 0")
    try expect((0..<1).contains(threshold), "threshold", threshold, "a number from 0 to below 1")
    try expect(cooldown >= 0, "cooldown", cooldown, "an integer of at least 0")
  }
}
