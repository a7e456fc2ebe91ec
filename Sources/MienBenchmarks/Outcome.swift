internal import Foundation

/// What came of a benchmark: a line of the table, and an object under `--json`.
struct Outcome: Encodable {
  let name: String
  /// The median.
  let milliseconds: Double
  /// How far the runs lie apart, as a share of the median; see `Measurement`.
  let spread: Double
  /// How many runs the median is of.
  let runs: Int
  var gflops: Double?
  /// GFLOP/s over that of a large sgemm on all workers, measured just before. Operations are counted
  /// as a direct convolution has them; Winograd's does fewer, and so its share may pass 1.
  var shareOfPeak: Double?
  var gigabytesPerSecond: Double?
  var imagesPerSecond: Double?
  /// The baseline's time over this one's.
  var speedup: Double?
  /// Against the reference; nil where there is none.
  let error: Double?

  enum CodingKeys: String, CodingKey {
    case name, milliseconds, spread, runs, gflops, speedup, error
    case shareOfPeak = "share_of_peak"
    case gigabytesPerSecond = "gigabytes_per_second"
    case imagesPerSecond = "images_per_second"
  }

  /// The rates that a time amounts to; `peak` is the sgemm's GFLOP/s.
  init(
    _ name: String, _ work: Benchmark.Work, _ own: Measurement, baseline: Measurement?,
    peak: Double, error: Double?
  ) {
    (self.name, self.error) = (name, error)
    (milliseconds, spread, runs) = (own.milliseconds, own.spread, own.runs)
    speedup = baseline.map { $0.milliseconds / own.milliseconds }
    let seconds = own.milliseconds / 1e3
    func setRate(of operations: Double) {
      gflops = operations / seconds / 1e9
      shareOfPeak = operations / seconds / 1e9 / peak
    }
    switch work {
    case .operations(let count): setRate(of: count)
    case .bytes(let count): gigabytesPerSecond = count / seconds / 1e9
    case .images(let count, let operations):
      setRate(of: operations)
      imagesPerSecond = Double(count) / seconds
    }
  }

  /// The line for people.
  var line: String {
    var cells = [
      name.padding(toLength: max(44, name.count), withPad: " ", startingAt: 0),
      String(format: "%10.2f ms  ±%3.0f %%", milliseconds, 100 * spread),
    ]
    if let gflops, let shareOfPeak {
      cells.append(String(format: "%8.1f GFLOP/s  %3.0f %%", gflops, 100 * shareOfPeak))
    }
    if let gigabytesPerSecond { cells.append(String(format: "%8.1f GB/s", gigabytesPerSecond)) }
    if let imagesPerSecond { cells.append(String(format: "%8.1f images/s", imagesPerSecond)) }
    if let speedup { cells.append(String(format: " %5.2fx its baseline", speedup)) }
    return cells.joined(separator: " ")
  }
}
