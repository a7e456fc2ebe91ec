internal import Training

/// Which trials go on, and for how long: all learn for a few epochs, the best share of them for more,
/// and so on up to the longest (Jamieson and Talwalkar, "Non-stochastic Best Arm Identification and
/// Hyperparameter Optimization", AISTATS 2016, https://proceedings.mlr.press/v51/jamieson16.html).
public struct SuccessiveHalving: Codable, Hashable, Sendable {
  /// One of so many trials goes on to the next rung.
  public let eta: Int
  /// Epochs at which trials are compared, rising; the last is the longest.
  public let rungs: [Int]

  /// Rungs at `maxEpochs`, `maxEpochs / eta`, `maxEpochs / eta²` … as long as they are at least
  /// `minEpochs`, rounded down. Where the two are equal every trial learns to the end.
  ///
  /// - Parameters:
  ///   - eta: of so many trials one goes on.
  ///   - minEpochs: by default `maxEpochs / eta²`, but at least 1: three rungs.
  ///   - maxEpochs: how long the last learn.
  ///
  /// Throws `SearchError.badRungs`.
  public init(eta: Int, minEpochs: Int?, maxEpochs: Int) throws {
    let least = minEpochs ?? max(1, maxEpochs / (eta * eta))
    guard eta >= 2 else {
      throw SearchError.badRungs(problem: "--eta is \(eta)", remedy: "give at least 2")
    }
    guard least >= 1, least <= maxEpochs else {
      throw SearchError.badRungs(
        problem: "from --min-epochs \(least) to --max-epochs \(maxEpochs)",
        remedy: "give 1 or more, and not more than the longest")
    }
    var (rungs, divisor) = ([maxEpochs], eta)
    while maxEpochs / divisor >= least {
      rungs.insert(maxEpochs / divisor, at: 0)
      divisor *= eta
    }
    (self.eta, self.rungs) = (eta, rungs)
  }

  /// How many of the trials of a rung go on: a share of 1 / eta, rounded down, and at least one.
  public func promoted(of count: Int) -> Int { count == 0 ? 0 : max(1, count / eta) }

  /// Which trials go on, in their order: the best by their values, of equals those that come first,
  /// never one that failed (nil).
  func promoted(_ values: [(trial: Int, value: Double?)], by metric: SelectionMetric) -> [Int] {
    let able = values.compactMap { trial, value in value.map { (trial: trial, value: $0) } }
    let ranked = able.sorted { a, b in
      a.value == b.value ? a.trial < b.trial : metric.isBetter(a.value, than: b.value)
    }
    return ranked.prefix(promoted(of: values.count)).map(\.trial).sorted()
  }
}
