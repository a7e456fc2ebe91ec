public import TensorCore

/// A model that cannot be built, or weights that do not fit one.
public enum ModelError: MienError {
  /// A layer's description does not make sense.
  case badLayer(layer: String, problem: String, remedy: String)
  /// A model name that is not in the zoo.
  case unknownModel(name: String, known: [String])
  /// A named model learns from something else than these examples; `usual` is one that takes them.
  case unsuitedModel(name: String, input: Shape, expected: ModelInput, usual: String)
  /// A weight file is not what it should be.
  case badWeights(file: String, problem: String, remedy: String)
  /// A network that other programs have no counterpart of; `part` is the first part of it that they
  /// lack.
  case notExchangeable(part: String, problem: String, remedy: String)

  /// `usage` for a description, `badData` for a file or a network.
  public var kind: FailureKind {
    switch self {
    case .badLayer, .unknownModel, .unsuitedModel: .usage
    case .badWeights, .notExchangeable: .badData
    }
  }

  /// One line for a person.
  public var description: String {
    switch self {
    case .badLayer(let layer, let problem, let remedy): "layer \(layer): \(problem); \(remedy)"
    case .unknownModel(let name, let known):
      "no model is named \"\(name)\"; choose one of \(known.joined(separator: ", ")), "
        + "or give a list of layers"
    case .unsuitedModel(let name, let input, let expected, let usual):
      "model \(name): an example is \(input), expected \(expected.words); choose \(usual) (--model "
        + "\(usual)), or give a list of layers"
    case .badWeights(let file, let problem, let remedy): "\(file): \(problem); \(remedy)"
    case .notExchangeable(let part, let problem, let remedy): "\(part): \(problem); \(remedy)"
    }
  }
}
