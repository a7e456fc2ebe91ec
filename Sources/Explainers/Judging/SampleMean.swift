/// The mean of a sample, and how far it may be from that of all.
public struct SampleMean: Sendable, Hashable {
  /// The mean, 0 of nothing.
  public let value: Double
  /// Its standard error, 0 of fewer than two numbers.
  public let standardError: Double

  /// The mean of numbers.
  public init(_ numbers: [Double]) {
    let count = Double(numbers.count)
    let mean = numbers.isEmpty ? 0 : numbers.reduce(0, +) / count
    let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    value = mean
    standardError = numbers.count > 1 ? (squares / (count - 1) / count).squareRoot() : 0
  }
}
