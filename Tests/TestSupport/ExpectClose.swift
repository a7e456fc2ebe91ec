public import Testing

/// Expects two lists of numbers to be equal within an absolute and a relative tolerance:
/// |actual − expected| <= absolute + relative · max|expected|. NaN fails, different lengths fail,
/// and so does a comparison of nothing.
public func expectClose<T: BinaryFloatingPoint, U: BinaryFloatingPoint>(
  _ actual: [T], _ expected: [U], relative: Double = 0, absolute: Double = 0,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.count == expected.count, !actual.isEmpty else {
    Issue.record(
      "\(comment()): \(actual.count) numbers against \(expected.count)",
      sourceLocation: sourceLocation)
    return
  }
  let scale = expected.reduce(0) { max($0, abs(Double($1))) }
  let bound = absolute + relative * scale
  for (index, (a, e)) in zip(actual, expected).enumerated() {
    let error = abs(Double(a) - Double(e))
    if !(error <= bound) {
      Issue.record(
        "\(comment()) element \(index): \(a), expected \(e), error \(error) > \(bound)",
        sourceLocation: sourceLocation)
      return
    }
  }
}
