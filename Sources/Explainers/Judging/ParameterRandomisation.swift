internal import NeuralNetwork
public import TensorCore

/// Networks that have forgotten more and more of what they learnt, from the answer down (cascading
/// randomisation: Adebayo et al. 2018, https://arxiv.org/abs/1810.03292).
///
/// An explanation of what a network has learnt must change with it. One that stays the same shows the
/// picture's edges, say, whoever is asked.
public struct ParameterRandomisation: Sendable {
  /// A network of which the layers from one on are as they were before training.
  public struct Step: Sendable {
    /// The lowest layer that was forgotten, as in the list of layers: `18 dense`.
    public let layer: String
    /// The networks, all in the same state.
    public let members: [NetworkMember]
  }

  /// From the top layer forgotten to all of them.
  public let steps: [Step]

  /// Forgets the layers of networks that take pictures of a shape, [H, W, C]. A batch norm goes
  /// with the layer before it. Of more steps than `most` some are left out, never the first or the last.
  /// Throws `ModelError`.
  public init(
    of members: [NetworkMember], input: Shape, most: Int, random: RandomStream
  ) throws {
    let begins = members.map { Self.begins(of: $0.model) }
    let count = begins.map(\.count).max() ?? 0
    let chosen = Set(
      (0..<min(most, count)).map { step in
        min(most, count) > 1 ? step * (count - 1) / (min(most, count) - 1) : count - 1
      })
    steps = try chosen.sorted().map { step in
      var layer = ""
      let forgotten = try zip(members, begins).enumerated().map { number, pair in
        let (member, begins) = pair
        // A shallower network of an ensemble has forgotten all before the deepest.
        let from = begins[max(0, begins.count - 1 - step)]
        if number == 0 { layer = "\(from) \(type(of: member.model.layers[from]).kind)" }
        return try Self.forget(member, from: from, input: input, random: random.substream(number))
      }
      return Step(layer: layer, members: forgotten)
    }
  }

  /// The layers with which a step begins, lowest first.
  private static func begins(of model: Sequential) -> [Int] {
    model.layers.indices.filter { index in
      var layer = model.layers[index]
      var hasParameters = false
      layer.forEachParameter { _, _ in hasParameters = true }
      return hasParameters && !(layer is BatchNorm)
    }
  }

  private static func forget(
    _ member: NetworkMember, from first: Int, input: Shape, random: RandomStream
  ) throws -> NetworkMember {
    var forgotten = member
    var shape = input
    for (index, layer) in member.model.layers.enumerated() {
      if index >= first {
        forgotten.model.layers[index] = try LayerRegistry.make(
          layer.specification, input: shape, random: random.substream(index))
      }
      shape = try layer.outputShape(for: shape)
    }
    return forgotten
  }
}

/// Networks that answer together, prepared for being asked often.
public struct MemberNetwork: ExplainedNetwork {
  /// The networks.
  public let members: [NetworkMember]
  private let plans: [InferencePlan]

  /// Networks for pictures of a shape, [H, W, C]. Throws `ModelError`.
  public init(_ members: [NetworkMember], input: Shape) throws {
    precondition(!members.isEmpty, "no network")
    self.members = members
    plans = try members.map { try InferencePlan($0.model, input: input) }
  }

  /// The mean of the networks' probabilities, [n, K].
  public func probabilities(of pictures: Tensor) -> Tensor {
    let count = pictures.count
    var sum: [Float] = []
    for (member, plan) in zip(members, plans) {
      let prepared = Tensor(uninitialized: pictures.shape) { out in
        pictures.read { levels in
          for i in 0..<count { out[i] = member.scale * levels[i] + member.offset }
        }
      }
      var logits = plan.predict(prepared)
      if member.temperature != 1 {
        let (numbers, factor) = (logits.count, Float(1 / member.temperature))
        logits.write { z in for i in 0..<numbers { z[i] *= factor } }
      }
      let part = logits.softmax().elements
      sum = sum.isEmpty ? part : zip(sum, part).map { $0 + $1 }
    }
    let share = 1 / Float(members.count)
    return Tensor(
      [pictures.shape[0], sum.count / max(1, pictures.shape[0])], sum.map { $0 * share })
  }
}
