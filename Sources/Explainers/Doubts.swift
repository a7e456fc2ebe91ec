internal import Foundation

/// From where on an explanation is called poor. What each bound catches is measured in
/// `docs/derivations/lime.md`.
public enum TrustBounds {
  /// R² at least: below, less than half of what the network does is explained.
  public static let r2 = 0.5
  /// |surrogate − network| for the whole picture at most, in probability.
  public static let localError = 0.15
  /// The largest standard error at most, as a share of the largest weight.
  public static let relativeStandardError = 0.1
  /// The rank correlation of the weights from two halves of the samples at least.
  public static let splitHalfStability = 0.7
  /// How far weights that ought to add up to something may be from it, as a share of it and in
  /// probability, whichever is more.
  public static let completenessGap = (share: 0.1, probability: 0.02)
  /// Weights that are all smaller change no probability that a person would read, so it is no matter
  /// how well they are known.
  public static let leastWeight = 0.001
}

extension ClassExplanation {
  /// Whether there is nothing to see: no weight is large enough to change a probability that a person
  /// would read. Weights that add up to the answer count together, others alone.
  public var isBlank: Bool {
    let sizes = weights.map { abs($0) }
    let size = completeness == nil ? sizes.max() ?? 0 : sizes.reduce(0, +)
    return size < TrustBounds.leastWeight
  }

  /// Why this explanation is poor, a sentence each, the gravest first; empty where nothing is known
  /// against it. Comparisons are such that a measure that is not a number is a doubt.
  public var doubts: [String] {
    if isBlank {
      return ["Nothing to see: no part has a weight that changes the answer."]
    }
    return doubtsOfFit + doubtsOfSampling + doubtsOfSum
  }

  private var doubtsOfFit: [String] {
    guard let fit else { return [] }
    var doubts: [String] = []
    if !(fit.r2 >= TrustBounds.r2) {
      doubts.append("Low R²: the surrogate explains little of what the network does here.")
    }
    if let error = fit.localError, !(error <= TrustBounds.localError) {
      doubts.append(
        String(
          format: "The surrogate is %.0f points off the network for the whole input.", 100 * error))
    }
    return doubts
  }

  private var doubtsOfSampling: [String] {
    let largest = weights.reduce(0) { max($0, abs($1)) }
    guard let sampling, largest >= TrustBounds.leastWeight else { return [] }
    var doubts: [String] = []
    if let error = sampling.standardErrors.max(),
      !(error <= TrustBounds.relativeStandardError * largest)
    {
      doubts.append(
        error.isFinite
          ? String(
            format: "Weights are uncertain: standard errors up to %.0f %% of the largest.",
            100 * error / largest)
          : "Weights are uncertain: too few samples to tell their errors.")
    }
    if let stability = sampling.splitHalfStability {
      if !(stability >= TrustBounds.splitHalfStability) {
        // Rounded down, so that what is said is on the same side of the bound as what was found.
        doubts.append(
          String(
            format: "Unstable: two halves of the samples rank the parts alike by only %.2f.",
            (100 * stability).rounded(.down) / 100))
      }
    } else if sampling.standardErrors.contains(where: { $0 > 0 }) {
      doubts.append("Too few samples: half of them would not tell the weights.")
    }
    return doubts
  }

  private var doubtsOfSum: [String] {
    guard let completeness else { return [] }
    let allowed = max(
      TrustBounds.completenessGap.probability,
      TrustBounds.completenessGap.share * abs(completeness.expected))
    if completeness.gap <= allowed { return [] }
    return [
      String(
        format: "The weights add up to %.3f, not to %.3f as they ought to.", completeness.sum,
        completeness.expected)
    ]
  }
}
