import TestSupport
import Testing

@testable import MienBenchmarks

@Suite("What is said of measured times")
struct MeasurementTests {
  @Test("the median and the interquartile range, in whatever order runs were")
  func median() {
    let measurement = Measurement(milliseconds: [9, 1, 5, 3, 100, 4, 2])
    // Sorted: 1 2 3 4 5 9 100; quartiles are the second and the sixth but for rounding.
    #expect(measurement.milliseconds == 4)
    #expect(measurement.spread == (9.0 - 3.0) / 4)
    #expect(measurement.runs == 7)
  }

  @Test("a body is warmed up twice, then run at least as often as asked for")
  func runs() {
    var count = 0
    let measurement = Measurement(Effort(runs: 5, duration: .zero)) { count += 1 }
    #expect(count == 7 && measurement.runs == 5)
  }

  @Test("two bodies take turns")
  func alternating() {
    var order = ""
    _ = Measurement.alternating(
      Effort(runs: 3, duration: .zero), { order += "a" }, { order += "b" })
    #expect(order == "ababababab")
  }

  @Test("rates follow from the median")
  func rates() throws {
    let time = Measurement(milliseconds: 500, spread: 0, runs: 7)
    let network = Outcome(
      "n", .images(64, operations: 3e9), time,
      baseline: Measurement(milliseconds: 450, spread: 0, runs: 7), peak: 12, error: nil)
    #expect(network.imagesPerSecond == 128)
    #expect(network.gflops == 6 && network.shareOfPeak == 0.5)
    #expect(network.speedup == 0.9)
    #expect(network.line.contains("128.0 images/s"))
    let copy = Outcome("c", .bytes(1e9), time, baseline: nil, peak: .nan, error: 0)
    #expect(copy.gigabytesPerSecond == 2 && copy.gflops == nil)
  }

  @Test("a kernel that is wrong is not timed", arguments: [2e-5, Double.nan])
  func wrong(error: Double) {
    let benchmark = Benchmark(name: "b", work: .bytes(1), check: { (error, 1e-5) }) {
      Issue.record("timed nevertheless")
      return {}
    }
    #expect(throws: WrongResult.self) { try benchmark.run(.quick) }
  }

  @Test("an error is relative to the largest number, and NaN is the largest error")
  func errors() {
    #expect(relativeError([1, 3], [1, 4]) == 0.25)
    #expect(relativeError([1, .nan], [1, 4]) == .infinity)
    #expect(relativeError([], []) == .infinity)
    #expect(relativeError([1], [1, 1]) == .infinity)
  }
}
