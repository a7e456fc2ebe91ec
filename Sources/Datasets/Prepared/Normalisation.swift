/// How grey levels become a network's inputs: (level / 255 − mean) / deviation.
public struct Normalisation: Codable, Hashable, Sendable {
  /// In 0…1.
  public let mean: Double
  /// In 0…1.
  public let standardDeviation: Double

  /// Takes both in units of the full range.
  public init(mean: Double, standardDeviation: Double) {
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  enum CodingKeys: String, CodingKey {
    case mean
    case standardDeviation = "standard_deviation"
  }

  /// What each of the 256 grey levels becomes. Inputs that are all the same (deviation 0) are only
  /// shifted.
  public var table: [Float] {
    let scale = standardDeviation > 0 ? 1 / standardDeviation : 1
    return (0...255).map { Float((Double($0) / 255 - mean) * scale) }
  }
}
