/// How much each class counts in the loss, as `CrossEntropy.classWeights` has it.
public enum ClassWeights: Hashable, Sendable {
  /// All classes count alike: `"none"`.
  case none
  /// As much as all rows of the class together would weigh if classes were of one size,
  /// n / (K · n_c), as scikit-learn's "balanced": `"balanced"`.
  case balanced
  /// A number a class, in their order: `[1, 4, …]`.
  case list([Float])
  /// A number for each class that is named, 1 for the others: `{"Disgust": 4}`.
  case byName([String: Float])

  /// A number a class, empty where all count alike.
  ///
  /// Throws `RunError.badConfiguration` for weights that are no numbers of at least 0, are not as many
  /// as the classes, or name a class that there is not.
  ///
  /// - Parameter labels: the classes of the rows that are learnt from.
  func values(classes: [String], labels: [Int]) throws -> [Float] {
    func bad(_ problem: String) -> RunError {
      .badConfiguration(
        origin: "loss.class_weights",
        problem:
          "\(problem), expected \"none\", \"balanced\", \(classes.count) numbers, or numbers "
          + "by class name (\(classes.joined(separator: ", ")))")
    }
    let weights: [Float]
    switch self {
    case .none: return []
    case .balanced:
      let counts = labels.reduce(into: [Int](repeating: 0, count: classes.count)) { $0[$1] += 1 }
      let present = counts.count { $0 > 0 }
      return counts.map {
        $0 == 0 ? 1 : Float(Double(labels.count) / (Double(present) * Double($0)))
      }
    case .list(let list):
      guard list.count == classes.count else { throw bad("\(list.count) numbers") }
      weights = list
    case .byName(let named):
      if let unknown = named.keys.filter({ !classes.contains($0) }).min() {
        throw bad("no class is named \(unknown)")
      }
      weights = classes.map { named[$0] ?? 1 }
    }
    guard weights.allSatisfy({ $0 >= 0 && $0.isFinite }), weights.contains(where: { $0 > 0 }) else {
      throw bad("\(weights)")
    }
    return weights
  }

  /// For a person.
  var words: String {
    switch self {
    case .none: "none"
    case .balanced: "balanced"
    case .list(let list): list.map { "\($0)" }.joined(separator: ", ")
    case .byName(let named):
      named.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
  }
}

extension ClassWeights: Codable {
  /// Reads any of the four forms.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let list = try? container.decode([Float].self) {
      self = .list(list)
    } else if let named = try? container.decode([String: Float].self) {
      self = .byName(named)
    } else {
      switch try? container.decode(String.self) {
      case "none": self = .none
      case "balanced": self = .balanced
      default:
        throw DecodingError.dataCorruptedError(
          in: container,
          debugDescription:
            "expected \"none\", \"balanced\", a list of numbers, or numbers by class "
            + "name")
      }
    }
  }

  /// Writes the form it is in.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .none: try container.encode("none")
    case .balanced: try container.encode("balanced")
    case .list(let list): try container.encode(list)
    case .byName(let named): try container.encode(named)
    }
  }
}
