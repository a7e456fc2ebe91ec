/// A gradient beside central differences of the function it is of, in Double: where they differ most.
///
/// With a step of 1e-5 a right gradient of a smooth function agrees to about 1e-9, a wrong one does
/// not agree to 1e-2. In Float rounding would hide the difference; so write a layer's maths generic
/// over `BinaryFloatingPoint`, check it in Double, and let the layer compute in Float.
public struct GradientCheck: Sendable {
  /// The element at which they differ most.
  public let index: Int
  /// The derivative by that element as it was given.
  public let analytic: Double
  /// (f(x + h) − f(x − h)) / 2h, h being the step.
  public let numeric: Double

  /// |analytic − numeric| / max(1, |numeric|); NaN where one of them is.
  public var error: Double { abs(analytic - numeric) / max(1, abs(numeric)) }

  /// Compares `gradient` with that of `function` at `x`, at every element or, of many, at some 200
  /// spread evenly. There must be one derivative for each of at least one variable.
  public init(
    _ gradient: [Double], of function: ([Double]) -> Double, at x: [Double], step: Double = 1e-5
  ) {
    precondition(
      gradient.count == x.count && !x.isEmpty,
      "\(gradient.count) derivatives of \(x.count) variables")
    var worst: GradientCheck?
    for index in stride(from: 0, to: x.count, by: max(1, x.count / 200)) {
      var (low, high) = (x, x)
      low[index] -= step
      high[index] += step
      let check = GradientCheck(
        index: index, analytic: gradient[index],
        numeric: (function(high) - function(low)) / (2 * step))
      // A NaN is the worst there is, and stays.
      if let worst, worst.error.isNaN || check.error <= worst.error { continue }
      worst = check
    }
    self = worst ?? GradientCheck(index: 0, analytic: gradient[0], numeric: .nan)
  }

  private init(index: Int, analytic: Double, numeric: Double) {
    (self.index, self.analytic, self.numeric) = (index, analytic, numeric)
  }
}
