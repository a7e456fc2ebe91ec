internal import Foundation

/// The one-cycle policy (Smith and Topin, 2019, DOI 10.1117/12.2520589), as PyTorch's OneCycleLR has
/// it with cosines: the rate rises from 1 / initialDivisor to 1 over a share of the steps and falls
/// to 1 / (initialDivisor · finalDivisor) by the last, while momentum goes the other way.
struct OneCycle {
  /// The cycle's steps, above 0.
  let steps: Double
  let peakShare, initialDivisor, finalDivisor, momentumLow, momentumHigh: Double

  /// The factor of the rate after so many steps.
  func factor(at step: Double) -> Double {
    let start = 1 / initialDivisor
    return value(at: step, from: start, over: 1, to: start / finalDivisor)
  }

  /// The momentum after so many steps.
  func momentum(at step: Double) -> Double {
    value(at: step, from: momentumHigh, over: momentumLow, to: momentumHigh)
  }

  private func value(at step: Double, from start: Double, over peak: Double, to end: Double)
    -> Double
  {
    let (top, last) = (peakShare * steps - 1, steps - 1)
    // PyTorch's rise has a step less than its share says; with a share of nothing there is none.
    if step <= top, top > 0 { return cosine(start, peak, step / top) }
    let first = max(0, top)
    return cosine(peak, end, last > first ? min(1, (step - first) / (last - first)) : 1)
  }

  /// From a to b along half a cosine.
  private func cosine(_ a: Double, _ b: Double, _ progress: Double) -> Double {
    b + (a - b) / 2 * (1 + cos(.pi * progress))
  }
}
