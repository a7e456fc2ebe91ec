internal import Kernels
internal import NeuralNetwork
internal import TensorCore

/// Sharpness-aware minimisation (Foret et al., ICLR 2021, DOI 10.48550/arXiv.2010.01412): the
/// gradient is taken not at the weights w but where the loss is worst within a distance ρ of them,
/// to first order at
///
///     w + ρ g / (‖g‖ + 1e-12), g the gradient at w over all parameters that are trained
///
/// so that what is found is a wide valley and not a narrow one. Any optimiser then moves w.
struct SharpnessAwareness {
  private let rho: Double
  /// The weights as they were, in memory that is taken once. They are kept and put back, for adding
  /// and subtracting the same vector would leave them rounded.
  private(set) var saved: [Tensor] = []
  private let rules: [ParameterRule]

  init(rho: Double, rules: [ParameterRule]) {
    (self.rho, self.rules) = (rho, rules)
  }

  /// Moves the weights to the worst place near them.
  mutating func climb(_ model: inout Sequential, gradients: [Tensor], norm: Double) {
    let factor = Float(rho / (norm + 1e-12))
    let isFirst = saved.isEmpty
    var index = 0
    model.forEachParameter { _, weight in
      if isFirst { saved.append(Tensor(rules[index].isFrozen ? [0] : weight.shape)) }
      if !rules[index].isFrozen {
        let count = weight.count
        gradients[index].read { gradient in
          weight.write { weight in
            saved[index].write {
              saveAndMove(count: count, factor: factor, along: gradient, weight, saved: $0)
            }
          }
        }
      }
      index += 1
    }
  }

  /// Puts the weights back, to the bit.
  func comeBack(_ model: inout Sequential) {
    var index = 0
    model.forEachParameter { _, weight in
      if !rules[index].isFrozen {
        let count = weight.count
        saved[index].read { saved in weight.write { $0.update(from: saved, count: count) } }
      }
      index += 1
    }
  }
}
