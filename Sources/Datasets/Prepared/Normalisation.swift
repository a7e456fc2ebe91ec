public import TensorCore

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

  /// The mean and deviation of grey levels 0…255, of any shape: those that a network is to learn from.
  public init(ofLevels levels: Tensor) {
    let values = levels.elements.map { Double($0) / 255 }
    let mean = values.reduce(0, +) / Double(max(1, values.count))
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.init(
      mean: mean, standardDeviation: (squares / Double(max(1, values.count))).squareRoot())
  }

  enum CodingKeys: String, CodingKey {
    case mean
    case standardDeviation = "standard_deviation"
  }

  /// A grey level in 0...255 becomes `scale * level + offset`.
  public var scale: Float { Float((standardDeviation > 0 ? 1 / standardDeviation : 1) / 255) }
  /// See `scale`.
  public var offset: Float { Float(-mean * (standardDeviation > 0 ? 1 / standardDeviation : 1)) }

  /// What a grey level in 0…255 becomes. Inputs that are all the same (deviation 0) are only
  /// shifted.
  private func normalised(_ level: Double) -> Float {
    Float((level / 255 - mean) * (standardDeviation > 0 ? 1 / standardDeviation : 1))
  }

  /// Any grey levels, whole or between, in place; to rounding what `table` says.
  func normalise(_ levels: UnsafeMutablePointer<Float>, count: Int) {
    let factor = scale
    let centre = Float(mean * 255)
    for i in 0..<count { levels[i] = (levels[i] - centre) * factor }
  }

  /// The grey levels that inputs stand for, in row-major order: the way back from `normalise`.
  public func levels(of inputs: Tensor) -> [Float] {
    let factor = standardDeviation > 0 ? standardDeviation : 1
    return inputs.elements.map { Float((Double($0) * factor + mean) * 255) }
  }

  /// What each of the 256 grey levels becomes.
  public var table: [Float] { (0...255).map { normalised(Double($0)) } }

  /// Any tensor of grey levels, whole or between, as inputs of the same shape.
  public func normalise(_ levels: Tensor) -> Tensor {
    let count = levels.count
    return Tensor(uninitialized: levels.shape) { out in
      levels.read { levels in
        for i in 0..<count { out[i] = normalised(Double(levels[i])) }
      }
    }
  }
}
