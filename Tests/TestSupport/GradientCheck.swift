public import Testing

/// Expects `gradient` to be that of `loss` at `x`, by central differences in Double: at every
/// element (or, of many, at 200 spread evenly), |analytic − numeric| <= tolerance · max(1, |numeric|).
public func expectGradient(
  _ gradient: [Double], of loss: ([Double]) -> Double, at x: [Double],
  step: Double = 1e-5, tolerance: Double = 1e-6, _ comment: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard gradient.count == x.count, !x.isEmpty else {
    Issue.record(
      "\(comment): \(gradient.count) derivatives of \(x.count) variables",
      sourceLocation: sourceLocation)
    return
  }
  for index in stride(from: 0, to: x.count, by: max(1, x.count / 200)) {
    var (low, high) = (x, x)
    low[index] -= step
    high[index] += step
    let numeric = (loss(high) - loss(low)) / (2 * step)
    let error = abs(gradient[index] - numeric)
    if !(error <= tolerance * max(1, abs(numeric))) {
      Issue.record(
        "\(comment) d/dx[\(index)]: \(gradient[index]), finite difference \(numeric)",
        sourceLocation: sourceLocation)
      return
    }
  }
}
