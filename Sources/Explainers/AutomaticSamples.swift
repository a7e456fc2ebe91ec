/// When enough pictures were asked about: when the standard errors of the weights of the predicted
/// class are small, or a limit is reached.
public struct AutomaticSamples: Sendable, Hashable {
  /// The largest standard error allowed, as a share of the largest weight.
  public var relativeError = 0.04
  /// An error that is always small enough, in probability: where no part weighs anything, nothing is
  /// small beside the largest weight.
  public var absoluteError = 0.001
  /// The most samples.
  public var limit = 5000

  /// The usual bounds.
  public init() {}

  /// How many samples are added between two looks at the errors; even, for pairs stay whole.
  static let step = 250

  /// The samples at which the errors are looked at, the last being the limit: from ten a part on,
  /// for of few samples the errors are no better known than the weights.
  func looks(parts: Int) -> [Int] {
    let first = (10 * parts + Self.step - 1) / Self.step * Self.step + 1
    return Array(stride(from: first, to: limit, by: Self.step)) + [limit]
  }

  /// Whether these errors of those weights are small enough.
  func isSatisfied(errors: [Double], weights: [Double]) -> Bool {
    let largest = weights.reduce(0) { max($0, abs($1)) }
    let bound = max(absoluteError, relativeError * largest)
    return errors.allSatisfy { $0 <= bound }
  }
}

/// What ended the drawing of samples that had no fixed number.
public enum SamplingEnd: String, Sendable, Hashable {
  /// The standard errors were under their bound.
  case bound
  /// The most samples allowed were drawn.
  case limit
}
