/// How often things are run.
struct Effort: Sendable {
  /// Runs of each, at least.
  let runs: Int
  /// How long each is run, at least.
  let duration: Duration

  /// For figures that are written down.
  static let full = Effort(runs: 7, duration: .milliseconds(500))
  /// For a look.
  static let quick = Effort(runs: 3, duration: .milliseconds(50))
}

/// How long something takes: the median of repeated runs after a warm-up.
struct Measurement {
  /// The median run.
  let milliseconds: Double
  /// The interquartile range over the median: how far to trust it.
  let spread: Double
  /// How many there were.
  let runs: Int

  /// A median that was found elsewhere.
  init(milliseconds: Double, spread: Double, runs: Int) {
    (self.milliseconds, self.spread, self.runs) = (milliseconds, spread, runs)
  }

  /// The median and spread of times, of which there must be one at least.
  init(milliseconds times: [Double]) {
    precondition(!times.isEmpty, "no run was timed")
    let sorted = times.sorted()
    func quantile(_ fraction: Double) -> Double {
      sorted[Int((Double(sorted.count - 1) * fraction).rounded())]
    }
    self.init(
      milliseconds: quantile(0.5), spread: (quantile(0.75) - quantile(0.25)) / quantile(0.5),
      runs: sorted.count)
  }

  /// Runs `body` twice to warm up, then as often and as long as `effort` says.
  init(_ effort: Effort, _ body: () -> Void) {
    var runs = Runs(effort)
    while !runs.areEnough { runs.time(body) }
    self.init(milliseconds: runs.milliseconds)
  }

  /// The same for two that take turns: what else the machine does then slows both down alike.
  static func alternating(
    _ effort: Effort, _ first: () -> Void, _ second: () -> Void
  ) -> (Measurement, Measurement?) {
    var (firstRuns, secondRuns) = (Runs(effort), Runs(effort))
    while !firstRuns.areEnough || !secondRuns.areEnough {
      firstRuns.time(first)
      secondRuns.time(second)
    }
    return (
      Measurement(milliseconds: firstRuns.milliseconds),
      Measurement(milliseconds: secondRuns.milliseconds)
    )
  }
}

/// The runs of one body, the first two of which only warm up.
private struct Runs {
  private(set) var milliseconds: [Double] = []
  private let effort: Effort
  private var warmUps = 0
  private let clock = ContinuousClock()
  private var start: ContinuousClock.Instant?

  init(_ effort: Effort) { self.effort = effort }

  var areEnough: Bool {
    guard let start else { return false }
    let count = milliseconds.count
    return count >= effort.runs && (clock.now - start >= effort.duration || count >= 1000)
  }

  mutating func time(_ body: () -> Void) {
    if warmUps < 2 {
      warmUps += 1
      return body()
    }
    start = start ?? clock.now
    milliseconds.append(clock.measure(body) / .milliseconds(1))
  }
}
