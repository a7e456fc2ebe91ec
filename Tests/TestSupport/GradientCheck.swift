internal import NeuralNetwork
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
  let worst = GradientCheck(gradient, of: loss, at: x, step: step)
  if !(worst.error <= tolerance) {
    Issue.record(
      "\(comment) d/dx[\(worst.index)]: \(worst.analytic), finite difference \(worst.numeric)",
      sourceLocation: sourceLocation)
  }
}
