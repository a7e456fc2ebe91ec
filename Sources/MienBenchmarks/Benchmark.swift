/// One line of the table: something to be timed, and the check of its result that comes first.
struct Benchmark {
  /// What one run amounts to.
  enum Work {
    /// Floating-point operations; a multiply-add is two.
    case operations(Double)
    /// Bytes that have to be read and written at least once.
    case bytes(Double)
  }

  let name: String
  let work: Work
  /// The error against the reference, on a small batch, and what it may be at most.
  let check: () -> (error: Double, bound: Double)
  /// Allocates what a run needs, and returns the run.
  let prepare: () -> () -> Void
  /// The same for another way to do the work, which is then timed in alternation.
  var prepareBaseline: (() -> () -> Void)?
}

/// A benchmark's outcome, as `--json` prints it.
struct Outcome: Encodable {
  let name: String
  let milliseconds: Double
  let spread: Double
  var gflops: Double?
  /// GFLOP/s over that of a large sgemm on all workers, measured just before.
  var shareOfPeak: Double?
  var gigabytesPerSecond: Double?
  /// The baseline's time over this one's.
  var speedup: Double?
  let error: Double

  enum CodingKeys: String, CodingKey {
    case name, milliseconds, spread, gflops, speedup, error
    case shareOfPeak = "share_of_peak"
    case gigabytesPerSecond = "gigabytes_per_second"
  }
}

/// A kernel that disagrees with its reference: its time means nothing.
struct WrongResult: Error, CustomStringConvertible {
  let name: String
  let error: Double
  let bound: Double

  var description: String {
    "\(name): the result is off by \(error), allowed is \(bound); the kernel is wrong"
  }
}

extension Benchmark {
  /// Checks, then measures. Throws `WrongResult`.
  func run() throws -> Outcome {
    let (error, bound) = check()
    guard error <= bound else { throw WrongResult(name: name, error: error, bound: bound) }
    let run = prepare()
    // Beside each case and not once for all: a shared machine's speed changes by the minute.
    let peak = if case .operations = work { GEMMBenchmark.peak() } else { Double.nan }
    let measured: Measurement
    var baseline: Measurement?
    if let prepareBaseline {
      let pair = Measurement.alternating(run, prepareBaseline())
      (measured, baseline) = (pair.first, pair.second)
    } else {
      measured = Measurement(run)
    }
    let seconds = measured.milliseconds / 1e3
    var outcome = Outcome(
      name: name, milliseconds: measured.milliseconds, spread: measured.spread, error: error)
    outcome.speedup = baseline.map { $0.milliseconds / measured.milliseconds }
    switch work {
    case .operations(let count):
      outcome.gflops = count / seconds / 1e9
      outcome.shareOfPeak = count / seconds / 1e9 / peak
    case .bytes(let count):
      outcome.gigabytesPerSecond = count / seconds / 1e9
    }
    return outcome
  }
}

/// The largest difference, relative to the largest expected number; NaN counts as infinite.
func relativeError(_ actual: [Float], _ expected: [Float]) -> Double {
  guard actual.count == expected.count, !actual.isEmpty else { return .infinity }
  let scale = expected.reduce(0) { max($0, abs($1)) }
  return zip(actual, expected).reduce(0.0) { worst, pair in
    let error = Double(abs(pair.0 - pair.1)) / Double(max(scale, .leastNormalMagnitude))
    return error <= worst ? worst : error.isNaN ? .infinity : error
  }
}
