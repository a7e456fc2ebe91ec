/// How long something takes: the median of repeated runs after a warm-up.
struct Measurement {
  /// The median run.
  let milliseconds: Double
  /// The interquartile range over the median: how far to trust it.
  let spread: Double

  /// Runs `body` twice to warm up, then at least seven times, and on for half a second in all.
  init(_ body: () -> Void) {
    var runs = Runs()
    while !runs.areEnough { runs.time(body) }
    self.init(runs)
  }

  /// The same for two that take turns: what else the machine does then slows both down alike.
  static func alternating(
    _ first: () -> Void, _ second: () -> Void
  ) -> (first: Measurement, second: Measurement) {
    var (firstRuns, secondRuns) = (Runs(), Runs())
    while !firstRuns.areEnough || !secondRuns.areEnough {
      firstRuns.time(first)
      secondRuns.time(second)
    }
    return (Measurement(firstRuns), Measurement(secondRuns))
  }

  private init(_ runs: Runs) {
    let sorted = runs.milliseconds.sorted()
    func quantile(_ fraction: Double) -> Double {
      sorted[Int((Double(sorted.count - 1) * fraction).rounded())]
    }
    milliseconds = quantile(0.5)
    spread = (quantile(0.75) - quantile(0.25)) / quantile(0.5)
  }
}

/// The runs of one body, the first two of which only warm up.
private struct Runs {
  private(set) var milliseconds: [Double] = []
  private var warmUps = 0
  private let clock = ContinuousClock()
  private var start: ContinuousClock.Instant?

  var areEnough: Bool {
    guard let start else { return false }
    let count = milliseconds.count
    return count >= 7 && (clock.now - start >= .milliseconds(500) || count >= 1000)
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
