public import TensorCore

/// How stored numbers become a network's inputs: (number / unit − mean) / deviation, by channel.
public struct Normalisation: Hashable, Sendable {
  /// What stored numbers are divided by first: 255 makes shares of white of grey levels, 1 leaves them.
  public let unit: Double
  /// In units.
  public let mean: ChannelValues
  /// In units.
  public let standardDeviation: ChannelValues

  /// Grey levels.
  public static let greyUnit = 255.0

  /// Takes both in units of the full range.
  public init(mean: Double, standardDeviation: Double) {
    self.init(mean: ChannelValues(mean), standardDeviation: ChannelValues(standardDeviation))
  }

  /// The same by channel, and for numbers of another unit than grey levels.
  public init(
    mean: ChannelValues, standardDeviation: ChannelValues, unit: Double = Normalisation.greyUnit
  ) {
    (self.mean, self.standardDeviation, self.unit) = (mean, standardDeviation, unit)
  }

  /// The mean and deviation of grey levels 0…255, of any shape: those that a network is to learn from.
  public init(ofLevels levels: Tensor) {
    let values = levels.elements.map { Double($0) / 255 }
    let mean = values.reduce(0, +) / Double(max(1, values.count))
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.init(
      mean: mean, standardDeviation: (squares / Double(max(1, values.count))).squareRoot())
  }

  /// What numbers of a channel are divided by after their mean was taken away; those that are all the
  /// same (deviation 0) are only shifted.
  private func divisor(_ channel: Int) -> Double {
    standardDeviation[channel] > 0 ? standardDeviation[channel] : 1
  }

  /// For each channel, or for all, the factor and the centre of x ↦ (x − centre) · factor.
  public var affine: (factors: [Float], centres: [Float]) {
    let channels = 0..<max(mean.values.count, standardDeviation.values.count)
    return (
      channels.map { Float(1 / divisor($0) / unit) }, channels.map { Float(mean[$0] * unit) }
    )
  }

  /// A number x of the first channel becomes `scale * x + offset`.
  public var scale: Float { Float(1 / divisor(0) / unit) }
  /// See `scale`.
  public var offset: Float { Float(-mean[0] * (1 / divisor(0))) }

  /// What a number becomes.
  private func normalised(_ value: Double, _ channel: Int) -> Float {
    Float((value / unit - mean[channel]) * (1 / divisor(channel)))
  }

  /// Any numbers, whole or between, in place; to rounding what `table` says of grey levels.
  func normalise(_ values: UnsafeMutablePointer<Float>, count: Int) {
    let (factors, centres) = affine
    if factors.count == 1 {
      let (factor, centre) = (factors[0], centres[0])
      for i in 0..<count { values[i] = (values[i] - centre) * factor }
      return
    }
    for start in stride(from: 0, to: count, by: factors.count) {
      for c in factors.indices {
        values[start + c] = (values[start + c] - centres[c]) * factors[c]
      }
    }
  }

  /// The stored numbers that inputs stand for, in row-major order: the way back from `normalise`.
  public func levels(of inputs: Tensor) -> [Float] {
    inputs.elements.enumerated().map { index, value in
      Float((Double(value) * divisor(index) + mean[index]) * unit)
    }
  }

  /// What each of the 256 grey levels becomes, where all channels are alike.
  public var table: [Float] { (0...255).map { normalised(Double($0), 0) } }

  /// Any tensor of stored numbers, [N, …, C], as inputs of the same shape.
  public func normalise(_ levels: Tensor) -> Tensor {
    let count = levels.count
    return Tensor(uninitialized: levels.shape) { out in
      levels.read { levels in
        for i in 0..<count { out[i] = normalised(Double(levels[i]), i) }
      }
    }
  }
}

extension Normalisation: Codable {
  private enum CodingKeys: String, CodingKey {
    case mean, unit
    case standardDeviation = "standard_deviation"
  }

  /// Reads the constants; without a unit they are those of grey levels.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      mean: try values.decode(ChannelValues.self, forKey: .mean),
      standardDeviation: try values.decode(ChannelValues.self, forKey: .standardDeviation),
      unit: try values.decodeIfPresent(Double.self, forKey: .unit) ?? Self.greyUnit)
    guard unit > 0, unit.isFinite else {
      throw DecodingError.dataCorruptedError(
        forKey: .unit, in: values, debugDescription: "\(unit), expected a number above 0")
    }
  }

  /// Writes the constants, and their unit where it is not that of grey levels.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(mean, forKey: .mean)
    try values.encode(standardDeviation, forKey: .standardDeviation)
    if unit != Self.greyUnit { try values.encode(unit, forKey: .unit) }
  }
}
