public import NeuralNetwork
internal import TensorCore

/// How the optimiser treats one parameter.
public struct ParameterRule: Hashable, Sendable {
  /// The learning rate is multiplied by this; at 0 the parameter is frozen: it does not move, and
  /// it does not count in the gradient's norm.
  public var rate: Float = 1
  /// The weight decay is multiplied by this.
  public var decay: Float = 1

  /// A rule; by default one that changes nothing.
  public init(rate: Float = 1, decay: Float = 1) {
    self.rate = rate
    self.decay = decay
  }

  /// Whether the parameter stays as it is.
  public var isFrozen: Bool { rate == 0 }
}

/// The rules of a whole network, by the paths of its parameters.
///
/// Of the given prefixes the longest that fits decides. A prefix is whole parts of a path: "1" fits
/// "1.weight" and "1.0.bias" but not "10.weight"; "" fits everything. A batch norm whose buffers
/// fall under a frozen prefix keeps its running statistics as well.
public struct ParameterRules: Hashable, Sendable {
  /// Factors of the learning rate by prefix.
  public var rateFactors: [String: Float]
  /// Factors of the weight decay by prefix.
  public var decayFactors: [String: Float]
  /// Whether parameters of one dimension decay too. They are the biases, and the scales and shifts
  /// of norms: to pull those towards zero changes what the network can say more than how simply it
  /// says it (He et al., CVPR 2019, DOI 10.1109/CVPR.2019.00065).
  public var decaysNormsAndBiases: Bool

  /// Rules; by default everything moves and decays alike.
  public init(
    rateFactors: [String: Float] = [:], decayFactors: [String: Float] = [:],
    decaysNormsAndBiases: Bool = true
  ) {
    self.rateFactors = rateFactors
    self.decayFactors = decayFactors
    self.decaysNormsAndBiases = decaysNormsAndBiases
  }

  /// The rule for a parameter of so many dimensions.
  public func rule(path: String, rank: Int) -> ParameterRule {
    let decays = decaysNormsAndBiases || rank > 1
    return ParameterRule(
      rate: Self.longest(rateFactors, path) ?? 1,
      decay: decays ? Self.longest(decayFactors, path) ?? 1 : 0)
  }

  /// Whether what lies at a path, a parameter or a buffer, stays as it is.
  public func isFrozen(_ path: String) -> Bool { Self.longest(rateFactors, path) == 0 }

  /// The rules of a model's parameters, in the order of `forEachParameter`.
  public func rules(for model: Sequential) -> [ParameterRule] {
    var (model, rules) = (model, [ParameterRule]())
    model.forEachParameter { rules.append(rule(path: $0, rank: $1.shape.rank)) }
    return rules
  }

  /// Throws `SettingError` for a factor that is none, or a prefix that fits no parameter
  /// of the model, which is a typing error. `key` is where the rules stand in the configuration.
  public func validate(for model: Sequential, key: String) throws {
    var (model, paths) = (model, [String]())
    model.forEachParameter { path, _ in paths.append(path) }
    for (name, factors) in [("rate_factors", rateFactors), ("decay_factors", decayFactors)] {
      for (prefix, factor) in factors.sorted(by: { $0.key < $1.key }) {
        guard factor >= 0, factor.isFinite else {
          throw SettingError(
            key: "\(key).\(name)", found: "{\"\(prefix)\": \(factor)}",
            expected: "factors of at least 0")
        }
        guard paths.contains(where: { Self.fits(prefix, $0) }) else {
          throw SettingError(
            key: "\(key).\(name)", found: "{\"\(prefix)\": \(factor)}",
            expected: "the beginning of a parameter's path (they are \(Self.sample(paths)))")
        }
      }
    }
  }

  private static func sample(_ paths: [String]) -> String {
    paths.prefix(3).joined(separator: ", ")
      + (paths.count > 4 ? ", …, " : paths.count == 4 ? ", " : "")
      + (paths.count > 3 ? paths.suffix(1).joined() : "")
  }

  private static func fits(_ prefix: String, _ path: String) -> Bool {
    prefix.isEmpty || path == prefix || path.hasPrefix(prefix + ".")
  }

  private static func longest(_ factors: [String: Float], _ path: String) -> Float? {
    factors.filter { fits($0.key, path) }.max { $0.key.count < $1.key.count }?.value
  }
}
