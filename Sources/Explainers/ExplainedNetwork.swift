public import NeuralNetwork
public import TensorCore

/// What is explained: something that says of pictures how probable each class is.
///
/// Pictures are given as they are in a file, grey levels or colours, before any network's own
/// preparation, so that "hidden" means the same to every network.
public protocol ExplainedNetwork {
  /// The probabilities [n, K] of pictures [n, H, W, C].
  func probabilities(of pictures: Tensor) throws -> Tensor

  /// The networks whose probabilities are averaged, for methods that look inside; empty where
  /// nobody can.
  var members: [NetworkMember] { get }
}

extension ExplainedNetwork {
  /// None can be looked into, unless the network says otherwise.
  public var members: [NetworkMember] { [] }

  /// The members for a method that cannot do without. Throws `ExplanationError.unsuitedNetwork`.
  func membersToLookInto(by method: String) throws(ExplanationError) -> [NetworkMember] {
    let members = members
    guard !members.isEmpty else {
      throw .unsuitedNetwork(
        method: method, found: "a network that can only be asked",
        expected: "one whose layers see the picture itself",
        remedy:
          "ask without averaging views and with a network whose pictures are not preprocessed, "
          + "or choose a method that only asks, occlusion for example")
    }
    return members
  }
}

/// A network that can be looked into, and what it does to pictures and answers.
public struct NetworkMember: Sendable {
  /// From prepared pictures [n, H, W, C] to logits [n, K].
  public var model: Sequential
  /// A prepared value is `scale * level + offset`.
  public var scale, offset: Float
  /// Probabilities are softmax(logits / temperature).
  public var temperature: Double

  /// A network with its preparation.
  public init(model: Sequential, scale: Float = 1, offset: Float = 0, temperature: Double = 1) {
    (self.model, self.scale, self.offset) = (model, scale, offset)
    self.temperature = temperature
  }
}

extension NetworkMember {
  /// The networks whose logits this one adds, each as if it were alone; of any other itself.
  var summands: [NetworkMember] {
    let chains = Residual.summands(of: model)
    return chains.map { chain in
      var member = self
      member.model = chain
      member.temperature = temperature / Double(chains.count)
      return member
    }
  }
}

/// A function that is explained from outside.
public struct BlackBox: ExplainedNetwork {
  private let answer: (Tensor) throws -> Tensor

  /// A function from pictures [n, H, W, C] to probabilities [n, K].
  public init(_ answer: @escaping (Tensor) throws -> Tensor) { self.answer = answer }

  /// What the function says.
  public func probabilities(of pictures: Tensor) throws -> Tensor { try answer(pictures) }
}
