import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@testable import Training

@Suite("Parameter rules") struct ParameterRulesTests {
  private func model() throws -> Sequential {
    try Sequential(
      [
        LayerSpecification("dense", ["units": 4]), LayerSpecification("batch_norm"),
        LayerSpecification("dense", ["units": 2]),
      ], input: [3], random: RandomStream(seed: 1))
  }

  @Test("the longest prefix of whole parts decides") func longest() {
    let rules = ParameterRules(
      rateFactors: ["": 0.5, "1": 0.25, "1.body": 0], decayFactors: ["10": 3])
    #expect(rules.rule(path: "1.weight", rank: 2).rate == 0.25)
    #expect(rules.rule(path: "10.weight", rank: 2) == ParameterRule(rate: 0.5, decay: 3))
    #expect(rules.rule(path: "1.body.0.weight", rank: 4).isFrozen)
    #expect(rules.isFrozen("1.body.1.running_mean") && !rules.isFrozen("1.running_mean"))
  }

  @Test("biases and norms decay or not, by their one dimension") func decay() throws {
    let spared = ParameterRules(decaysNormsAndBiases: false).rules(for: try model())
    #expect(spared.map(\.decay) == [1, 0, 0, 0, 1, 0])
    #expect(ParameterRules().rules(for: try model()).allSatisfy { $0 == ParameterRule() })
  }

  @Test("a prefix that fits nothing, or a factor that is none, is refused by name")
  func refused() throws {
    let model = try model()
    for (key, rates, decays) in [
      ("rate_factors", ["3": Float(0)], [:]), ("rate_factors", ["0": -1], [:]),
      ("decay_factors", [:], ["0.weights": Float(1)]), ("rate_factors", ["0": .nan], [:]),
    ] {
      var configuration = OptimiserConfiguration()
      (configuration.rateFactors, configuration.decayFactors) = (rates, decays)
      #expect {
        _ = try configuration.make(for: model)
      } throws: {
        "\($0)".contains("optimiser.\(key)")
      }
    }
  }
}
