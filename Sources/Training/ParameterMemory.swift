internal import Kernels
internal import NeuralNetwork
internal import TensorCore

/// What an optimiser remembers of each parameter, with the rule it is treated by, in the order of
/// `forEachParameter`.
struct ParameterMemory: Sendable {
  private struct Entry: Sendable {
    let path: String
    let rule: ParameterRule
    /// One a name.
    var tensors: [Tensor]
  }

  private let names: [String]
  private var entries: [Entry] = []

  /// Zeros of the parameters' shapes under each name.
  init(_ names: [String], rules: ParameterRules, for model: Sequential) {
    self.names = names
    var model = model
    model.forEachParameter { path, weight in
      entries.append(
        Entry(
          path: path, rule: rules.rule(path: path, rank: weight.shape.rank),
          tensors: names.map { _ in Tensor(weight.shape) }))
    }
  }

  /// Calls `body` once for each parameter that is not frozen.
  mutating func update(
    _ model: inout Sequential, gradients: [Tensor],
    _ body: (
      _ rule: ParameterRule, _ count: Int, _ gradient: UnsafePointer<Float>,
      _ weight: UnsafeMutablePointer<Float>, _ memory: inout [Tensor]
    ) -> Void
  ) {
    precondition(
      gradients.count == entries.count,
      "\(gradients.count) gradients for \(entries.count) parameters")
    var index = 0
    model.forEachParameter { path, weight in
      let gradient = gradients[index]
      precondition(
        weight.shape == gradient.shape,
        "\(path): \(weight.shape), its gradient \(gradient.shape)")
      if !entries[index].rule.isFrozen {
        let count = weight.count
        gradient.read { gradient in
          weight.write { body(entries[index].rule, count, gradient, $0, &entries[index].tensors) }
        }
      }
      index += 1
    }
  }

  /// Visits `PATH.NAME`.
  mutating func forEachState(_ body: (String, inout Tensor) throws -> Void) rethrows {
    for index in entries.indices {
      for (place, name) in names.enumerated() {
        try body("\(entries[index].path).\(name)", &entries[index].tensors[place])
      }
    }
  }
}
