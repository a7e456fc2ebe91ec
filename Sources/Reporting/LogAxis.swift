internal import Foundation

/// An axis of logarithms from `low` to `high`, both above 0, with ticks at powers of ten, and at 2 and
/// 5 times those where there are few.
struct LogAxis {
  let low, high: Double
  let ticks: [Double]

  /// An axis that ends at the least and the greatest of the finite values above 0.
  init(covering values: [Double]) {
    let positive = values.filter { $0 > 0 && $0.isFinite }
    var (low, high) = (positive.min() ?? 0.1, positive.max() ?? 1)
    if high < low * 1.001 { (low, high) = (low / 2, high * 2) }
    (self.low, self.high) = (low, high)
    // Ends that are round numbers but for rounding have their ticks.
    let (floor, ceiling) = (low * (1 - 1e-9), high * (1 + 1e-9))
    let (first, last) = (Int(log10(low).rounded(.down)), Int(log10(high).rounded(.up)))
    func inside(_ factors: [Double]) -> [Double] {
      var values: [Double] = []
      for decade in first...last {
        for factor in factors {
          let value: Double = factor * pow(10, Double(decade))
          if value >= floor && value <= ceiling { values.append(value) }
        }
      }
      return values
    }
    let powers = inside([1])
    if powers.count >= 3 {
      let step = (powers.count + 7) / 8
      ticks = powers.enumerated().filter { $0.offset % step == 0 }.map(\.element)
    } else {
      let more = inside([1, 2, 5])
      ticks = more.count >= 2 ? more : [low, high]
    }
  }

  /// Where a value above 0 lies: 0 at `low`, 1 at `high`.
  func share(_ value: Double) -> Double { log(value / low) / log(high / low) }
}

/// A number in three digits, as short as it can be said: `0.003`, `20`, `1e-5`.
public func shortNumber(_ value: Double) -> String {
  let size = abs(value)
  if size == 0 || (1e-3..<999.5).contains(size) { return String(format: "%.3g", value) }
  if (999.5..<1e5).contains(size) { return String(format: "%.0f", value) }
  return String(format: "%.2e", value)
    .replacing(/\.?0*e/) { _ in "e" }
    .replacing(/e([+-])0*/) { $0.1 == "-" ? "e-" : "e" }
}
