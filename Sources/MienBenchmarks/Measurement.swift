/// How long something takes: the median of repeated runs after a warm-up.
struct Measurement {
  /// The median run.
  let milliseconds: Double
  /// The interquartile range over the median: how far to trust it.
  let spread: Double

  /// Runs `body` twice to warm up, then at least seven times, and on for half a second in all.
  init(_ body: () -> Void) {
    for _ in 0..<2 { body() }
    let clock = ContinuousClock()
    var runs: [Double] = []
    let start = clock.now
    while runs.count < 7 || (clock.now - start < .milliseconds(500) && runs.count < 1000) {
      runs.append(clock.measure(body) / .milliseconds(1))
    }
    runs.sort()
    func quantile(_ fraction: Double) -> Double {
      runs[Int((Double(runs.count - 1) * fraction).rounded())]
    }
    milliseconds = quantile(0.5)
    spread = (quantile(0.75) - quantile(0.25)) / quantile(0.5)
  }
}
