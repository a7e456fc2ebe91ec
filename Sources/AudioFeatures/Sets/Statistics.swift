internal import Foundation

/// What is said of a list of numbers as a whole; moments over their count, as numpy's and scipy's.
struct Statistics {
  let mean, variance, skewness, excessKurtosis: Double
  let least, largest: Float

  var deviation: Double { variance.squareRoot() }

  /// Of at least one number. A list of equal numbers has neither skewness nor kurtosis: both are 0.
  init(_ numbers: [Float]) {
    let count = Double(numbers.count)
    var (sum, least, largest) = (0.0, Float.infinity, -Float.infinity)
    for number in numbers {
      sum += Double(number)
      least = min(least, number)
      largest = max(largest, number)
    }
    let mean = sum / count
    var (second, third, fourth) = (0.0, 0.0, 0.0)
    for number in numbers {
      let distance = Double(number) - mean
      let square = distance * distance
      second += square
      third += square * distance
      fourth += square * square
    }
    let variance = second / count
    // What rounding leaves of equal numbers is no shape.
    let size = Double(max(abs(least), abs(largest)))
    let isFlat = least == largest || variance <= 1e-14 * size * size
    (self.mean, self.variance, self.least, self.largest) = (mean, variance, least, largest)
    skewness = isFlat ? 0 : third / count / (variance * variance.squareRoot())
    excessKurtosis = isFlat ? 0 : fourth / count / (variance * variance) - 3
  }
}

/// One of the things that `Statistics` says, under the name that a column has.
enum Statistic: String, CaseIterable {
  case mean
  case deviation = "std"
  case variance = "var"
  case least = "min"
  case largest = "max"
  case skewness
  case kurtosis

  func of(_ statistics: Statistics) -> Float {
    switch self {
    case .mean: Float(statistics.mean)
    case .deviation: Float(statistics.deviation)
    case .variance: Float(statistics.variance)
    case .least: statistics.least
    case .largest: statistics.largest
    case .skewness: Float(statistics.skewness)
    case .kurtosis: Float(statistics.excessKurtosis)
    }
  }
}

extension FrameMatrix {
  /// All numbers, row by row.
  var numbers: [Float] { (0..<rows).flatMap { row($0) } }
}
