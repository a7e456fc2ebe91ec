internal import Foundation

/// An axis from `low` to `high` with ticks at round numbers.
struct Axis {
  let low, high: Double
  let ticks: [Double]
  private let step: Double

  /// An axis that holds all finite values, with about `count` ticks at 1, 2 or 5 times a power of
  /// ten; `integers` keeps them whole.
  init(covering values: [Double], count: Int, integers: Bool = false) {
    let finite = values.filter(\.isFinite)
    var (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
    if high - low < 1e-9 * max(1, abs(high)) {
      let margin = integers ? 0.5 : max(abs(high) * 0.1, 0.05)
      (low, high) = (low - margin, high + margin)
    }
    let rough = (high - low) / Double(max(1, count))
    let power = pow(10, floor(log10(rough)))
    var step = power * ([1, 2, 5, 10].first { $0 * power >= rough * 0.999 } ?? 10)
    if integers { step = max(1, step.rounded()) }
    self.step = step
    if integers {
      (self.low, self.high) = (low, high)
    } else {
      self.low = floor(low / step + 1e-9) * step
      self.high = ceil(high / step - 1e-9) * step
    }
    let first = Int(ceil(self.low / step - 1e-9))
    let last = Int(floor(self.high / step + 1e-9))
    let round = first <= last ? (first...last).map { Double($0) * step } : []
    // The first epoch has its tick, unless a round number is too near.
    let isApart = integers && low == low.rounded() && (round.first ?? high) - low >= step / 2
    ticks = isApart ? [low] + round : round
  }

  /// Where a value lies: 0 at `low`, 1 at `high`.
  func share(_ value: Double) -> Double { (value - low) / (high - low) }

  /// A tick's text, with as many decimals as the step needs.
  func label(_ value: Double) -> String {
    if abs(value) >= 1e6 || (step < 1e-5 && value != 0) { return String(format: "%.3g", value) }
    let decimals = max(0, Int(ceil(-log10(step) - 1e-9)))
    return String(format: "%.\(decimals)f", value)
  }
}
