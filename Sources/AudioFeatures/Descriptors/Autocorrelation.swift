internal import Kernels
internal import Synchronization
internal import TensorCore

/// How alike a series and its later self are, in windows around each of its places.
struct Autocorrelation {
  /// Lags from 0, and the length of a window.
  let lags: Int
  private let plan: RealFourier

  private static let plans = Mutex<[Int: RealFourier]>([:])

  init(lags: Int) {
    self.lags = lags
    // Twice the window, so that its end does not meet its beginning.
    var length = 4
    while length < 2 * lags { length *= 2 }
    let wanted = length
    plan = Self.plans.withLock { plans in
      if let plan = plans[wanted] { return plan }
      let plan = RealFourier(length: wanted)
      plans[wanted] = plan
      return plan
    }
  }

  /// The autocorrelation at each lag as a share of that at lag 0, averaged over windows of Hann
  /// around each place. Beyond its ends the series falls to 0 in a straight line.
  func mean(of series: [Float]) -> [Double] {
    let reach = lags / 2
    let count = series.count
    let ramp = (0..<reach).map { Float($0) / Float(reach) }
    var padded = ramp.map { $0 * (series.first ?? 0) } + series
    padded += ramp.reversed().map { $0 * (series.last ?? 0) }
    padded += [Float](repeating: 0, count: 16 + lags)
    let window = ShortTimeFourier.hann(lags)
    var sums = [Double](repeating: 0, count: lags)
    let bins = plan.bins
    withScratch(plan.length * 16 + bins * 48) { signals in
      let power = signals + plan.length * 16
      let spectra = power + bins * 16
      for first in stride(from: 0, to: count, by: 16) {
        padded.withUnsafeBufferPointer { padded in
          guard let start = padded.baseAddress else { return }
          gatherFrames(length: lags, hop: 1, start + first, window: window, signals)
        }
        (signals + 16 * lags).update(repeating: 0, count: 16 * (plan.length - lags))
        plan.power(signals, power)
        // The power's transform is the autocorrelation, for the power is real and even.
        for bin in 0..<bins {
          (signals + 16 * bin).update(from: power + 16 * bin, count: 16)
          if bin > 0, bin < bins - 1 {
            (signals + 16 * (plan.length - bin)).update(from: power + 16 * bin, count: 16)
          }
        }
        plan.transform(signals, spectra)
        for lane in 0..<min(16, count - first) {
          let whole = spectra[lane]
          guard whole > .leastNormalMagnitude else { continue }
          let share = 1 / Double(whole)
          for lag in 0..<lags { sums[lag] += Double(spectra[32 * lag + lane]) * share }
        }
      }
    }
    return sums.map { $0 / Double(max(1, count)) }
  }
}
