public import NeuralNetwork
public import TensorCore

/// What a configuration says of the optimiser.
public struct OptimiserConfiguration: Codable, Hashable, Sendable {
  /// The rules there are.
  public enum Name: String, Choice {
    /// Stochastic gradient descent with momentum: `SGD`.
    case sgd
    /// `Adam`.
    case adam
    /// AdamW: `Adam` with decay that is decoupled from the gradient.
    case adamw
  }

  /// The rule.
  public var name = Name.sgd
  /// The learning rate that the schedule scales.
  public var learningRate: Float = 0.01
  /// `sgd`: how much of the last step's velocity is kept, in 0..<1.
  public var momentum: Float = 0.9
  /// `sgd`: whether the gradient is looked at one velocity ahead.
  public var nesterov = true
  /// `adam`, `adamw`: how much of the gradients' running mean is kept, in 0..<1.
  public var beta1: Float = 0.9
  /// `adam`, `adamw`: how much of their running square is kept, in 0..<1.
  public var beta2: Float = 0.999
  /// `adam`, `adamw`: what is added to the root of the square.
  public var epsilon: Float = 1e-8
  /// The pull of every weight towards zero, per unit of learning rate.
  public var weightDecay: Float = 5e-4
  /// Whether biases and the scales and shifts of norms decay too. True, because runs did so before
  /// there was a choice; recipes are better off with false.
  public var decayNormsAndBiases = true
  /// Factors of the learning rate by the beginning of a parameter's path; 0 freezes.
  public var rateFactors: [String: Float] = [:]
  /// Factors of the weight decay likewise.
  public var decayFactors: [String: Float] = [:]
  /// The gradient's greatest norm; 0 does not clip.
  public var clipNorm: Float = 0
  /// The distance at which SAM looks for the worst weights; 0 does not look.
  public var samRho: Float = 0

  enum CodingKeys: String, CodingKey {
    case name, momentum, nesterov, beta1, beta2, epsilon
    case learningRate = "learning_rate"
    case weightDecay = "weight_decay"
    case decayNormsAndBiases = "decay_norms_and_biases"
    case rateFactors = "rate_factors"
    case decayFactors = "decay_factors"
    case clipNorm = "clip_norm"
    case samRho = "sam_rho"
  }

  /// The defaults.
  public init() {}

  /// The rule and its numbers in words.
  public var title: String {
    var words = ["\(name.rawValue)", "learning rate \(learningRate)"]
    switch name {
    case .sgd: words.append("momentum \(momentum)" + (nesterov ? " (Nesterov)" : ""))
    case .adam, .adamw: words.append("betas \(beta1) and \(beta2)")
    }
    words.append(
      "weight decay \(weightDecay)"
        + (decayNormsAndBiases ? "" : " but for biases and norms"))
    if clipNorm > 0 { words.append("gradients clipped to norm \(clipNorm)") }
    if samRho > 0 { words.append("sharpness-aware at distance \(samRho)") }
    return words.joined(separator: ", ")
  }

  /// How each parameter is treated.
  public var rules: ParameterRules {
    ParameterRules(
      rateFactors: rateFactors, decayFactors: decayFactors,
      decaysNormsAndBiases: decayNormsAndBiases)
  }

  /// The rule, with an empty memory for `model`. Throws `SettingError`.
  public func make(for model: Sequential) throws -> any Optimiser {
    try expect(learningRate > 0 && learningRate.isFinite, "learning_rate", learningRate, "above 0")
    for (key, share) in [("momentum", momentum), ("beta1", beta1), ("beta2", beta2)] {
      try expect((0..<1).contains(share), key, share, "at least 0 and below 1")
    }
    try expect(epsilon > 0 && epsilon.isFinite, "epsilon", epsilon, "above 0")
    for (key, size) in [
      ("weight_decay", weightDecay), ("clip_norm", clipNorm), ("sam_rho", samRho),
    ] {
      try expect(size >= 0 && size.isFinite, key, size, "at least 0")
    }
    try rules.validate(for: model, key: "optimiser")
    switch name {
    case .sgd:
      return SGD(
        momentum: momentum, nesterov: nesterov, weightDecay: weightDecay, rules: rules, for: model)
    case .adam, .adamw:
      return Adam(
        beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay,
        isDecoupled: name == .adamw, rules: rules, for: model)
    }
  }

  private func expect(_ isGood: Bool, _ key: String, _ value: Float, _ range: String) throws {
    guard isGood else {
      throw SettingError(
        key: "optimiser.\(key)", found: "\(value)", expected: "a number \(range)")
    }
  }
}
