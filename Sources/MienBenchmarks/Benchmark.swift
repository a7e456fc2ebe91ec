/// One line of the table: something to be timed, and the check of its result that comes first.
struct Benchmark {
  /// What one run amounts to.
  enum Work {
    /// Floating-point operations; a multiply-add is two.
    case operations(Double)
    /// Bytes that have to be read and written at least once.
    case bytes(Double)
    /// Images that go through a network, with the operations that all of them take.
    case images(Int, operations: Double)
  }

  let name: String
  let work: Work
  /// The error against the reference, on a small batch, and what it may be at most; nil where no
  /// reference is at hand.
  let check: (() -> (error: Double, bound: Double))?
  /// Times the work, and beside it what it is compared with, if anything.
  let measure: (Effort) throws -> (own: Measurement, baseline: Measurement?)

  /// Work that measures itself.
  init(
    name: String, work: Work, check: (() -> (error: Double, bound: Double))? = nil,
    measure: @escaping (Effort) throws -> (own: Measurement, baseline: Measurement?)
  ) {
    (self.name, self.work, self.check, self.measure) = (name, work, check, measure)
  }

  /// A kernel: `prepare` allocates what a run needs and returns the run; `prepareBaseline` does so
  /// for another way to do the work, which is then timed in alternation.
  init(
    name: String, work: Work, check: @escaping () -> (error: Double, bound: Double),
    prepare: @escaping () -> () -> Void, prepareBaseline: (() -> () -> Void)? = nil
  ) {
    self.init(name: name, work: work, check: check) { effort in
      guard let prepareBaseline else { return (Measurement(effort, prepare()), nil) }
      return Measurement.alternating(effort, prepare(), prepareBaseline())
    }
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
  /// Checks, then measures. Throws `WrongResult`, and what the work throws.
  func run(_ effort: Effort) throws -> Outcome {
    let checked = check?()
    if let (error, bound) = checked, !(error <= bound) {
      throw WrongResult(name: name, error: error, bound: bound)
    }
    // Beside each case and not once for all: a shared machine's speed changes by the minute.
    let peak = if case .bytes = work { Double.nan } else { GEMMBenchmark.peak(effort) }
    let (own, baseline) = try measure(effort)
    return Outcome(name, work, own, baseline: baseline, peak: peak, error: checked?.error)
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
