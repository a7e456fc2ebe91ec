internal import Foundation
internal import Kernels
internal import NeuralNetwork
internal import TensorCore

/// One step of learning around any optimiser: gradients, under sharpness-aware minimisation taken
/// twice, clipped, applied, and the running statistics taken over. Parameters that are frozen take
/// no part.
///
/// It remembers nothing that the next step needs, only memory to work in.
struct Descent {
  private let rules: ParameterRules
  private let perParameter: [ParameterRule]
  private let freezesAny: Bool
  private let clipNorm: Double
  private var sharpness: SharpnessAwareness?

  init(_ configuration: OptimiserConfiguration, for model: Sequential) {
    rules = configuration.rules
    perParameter = rules.rules(for: model)
    freezesAny = rules.rateFactors.values.contains(0)
    clipNorm = Double(configuration.clipNorm)
    if configuration.samRho > 0 {
      sharpness = SharpnessAwareness(rho: Double(configuration.samRho), rules: perParameter)
    }
  }

  /// A quantity that is no number, before it has reached the weights.
  struct Divergence: Error {
    let quantity: String
    let value: Double
  }

  /// Takes a step.
  ///
  /// - Parameters:
  ///   - plan: holds the gradients that `evaluate` leaves.
  ///   - step: the learning rate and the momentum.
  ///   - evaluate: the mean loss of the batch at the model's weights, by `plan.step`; asked twice
  ///     under SAM, for the same examples and the same dropout.
  ///   - didEvaluate: called once, with the loss at the weights as they are; the plan's logits are
  ///     theirs.
  mutating func step(
    _ model: inout Sequential, _ optimiser: inout any Optimiser, _ plan: TrainingPlan,
    _ step: OptimiserStep, evaluate: (inout Sequential) -> Double,
    didEvaluate: (_ loss: Double) throws -> Void = { _ in }
  ) throws {
    try didEvaluate(expectFinite(evaluate(&model), "loss"))
    // Running statistics are taken over before SAM moves the weights: those of the second pass are
    // of weights that nobody will ask for an answer.
    if freezesAny {
      plan.commit(to: &model) { !rules.isFrozen($0) }
    } else {
      plan.commit(to: &model)
    }
    if sharpness != nil {
      let norm = try expectFinite(norm(plan.gradients), "gradient's norm")
      sharpness?.climb(&model, gradients: plan.gradients, norm: norm)
      let loss = evaluate(&model)
      sharpness?.comeBack(&model)
      _ = try expectFinite(loss, "loss near the weights (SAM)")
    }
    var step = step
    if clipNorm > 0 {
      let norm = try expectFinite(norm(plan.gradients), "gradient's norm")
      step.gradientScale *= Float(min(1, clipNorm / (norm + 1e-6)))
    }
    optimiser.update(&model, gradients: plan.gradients, step: step)
  }

  /// ‖g‖₂ over all parameters that are trained, as torch.nn.utils.clip_grad_norm_ has it (Pascanu et
  /// al., ICML 2013, https://proceedings.mlr.press/v28/pascanu13.html).
  private func norm(_ gradients: [Tensor]) -> Double {
    var sum = 0.0
    for (gradient, rule) in zip(gradients, perParameter) where !rule.isFrozen {
      sum += gradient.read { sumOfSquares(count: gradient.count, $0) }
    }
    return sum.squareRoot()
  }

  private func expectFinite(_ value: Double, _ quantity: String) throws -> Double {
    guard value.isFinite else { throw Divergence(quantity: quantity, value: value) }
    return value
  }
}
