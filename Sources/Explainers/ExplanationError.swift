public import TensorCore

/// An explanation that cannot be made.
public enum ExplanationError: MienError, Equatable {
  /// A setting that makes no sense; `expected` says what does and `remedy` what to do.
  case badSetting(name: String, found: String, expected: String, remedy: String)
  /// The masks do not determine the weights of all parts, and no penalty chooses among them.
  case undetermined(part: Int, samples: Int, parts: Int)
  /// The network answered with a number that is none; `sample` counts from 0, the whole picture.
  case notFinite(sample: Int, classIndex: Int)
  /// How the network's answer for a class changes with the picture is no number.
  case slopeNotFinite(classIndex: Int)
  /// A method that cannot explain such a network.
  case unsuitedNetwork(method: String, found: String, expected: String, remedy: String)

  /// `usage` for requests, `badData` for a network that answers nonsense.
  public var kind: FailureKind {
    switch self {
    case .notFinite, .slopeNotFinite: .badData
    case .badSetting, .undetermined, .unsuitedNetwork: .usage
    }
  }

  /// One line for a person.
  public var description: String {
    switch self {
    case .badSetting(let name, let found, let expected, let remedy):
      "\(name): found \(found), expected \(expected); \(remedy)"
    case .undetermined(let part, let samples, let parts):
      "penalty: too small for \(samples) samples, which do not determine the weight of part "
        + "\(part) of \(parts); choose a larger one, 1 is usual, more samples or fewer parts"
    case .notFinite(let sample, let classIndex):
      "sample \(sample): the network's probability of class \(classIndex) is not finite; "
        + "its weights or the picture's values are not"
    case .slopeNotFinite(let classIndex):
      "the gradient of class \(classIndex) is not finite; the network's weights or the picture's "
        + "values are not, or too large"
    case .unsuitedNetwork(let method, let found, let expected, let remedy):
      "\(method): found \(found), expected \(expected); \(remedy)"
    }
  }
}
