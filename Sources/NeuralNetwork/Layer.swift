public import TensorCore

/// Why the network is being run.
public enum Phase: Sendable {
  /// To learn: dropout drops, batch norm uses the batch's own statistics. All that is random
  /// comes from the stream.
  case training(RandomStream)
  /// To answer.
  case inference

  /// The same phase for the `index`-th part, with a random stream of its own.
  public func substream(_ index: Int) -> Phase {
    switch self {
    case .training(let random): .training(random.substream(index))
    case .inference: .inference
    }
  }
}

/// A differentiable function of a batch, with parameters.
///
/// Layers are values, and forward never changes them: what backward needs is in the cache, and
/// what a training step learns about the data (batch norm's running statistics) is committed
/// afterwards by `commit`. Shapes that do not fit are a programmer's error here, because
/// `outputShape` has checked them when the model was put together.
public protocol Layer: Sendable {
  /// What backward needs to remember of forward.
  associatedtype Cache: Sendable

  /// The layer's name in a JSON list of layers, such as "dense".
  static var kind: String { get }

  /// Makes the layer for inputs of a shape (without the batch), with initial weights drawn from
  /// `random`. Throws `ModelError` where the description does not make sense.
  init(_ specification: LayerSpecification, input: Shape, random: RandomStream) throws

  /// The description that makes this layer again (but for its weights).
  var specification: LayerSpecification { get }

  /// The shape of an output, for an input of a shape (both without the batch). Throws `ModelError`.
  func outputShape(for input: Shape) throws -> Shape

  /// The multiplications with weights that one example of a shape costs; the customary measure of a
  /// network's work, which leaves out all else. Throws `ModelError`.
  func multiplyAdds(for input: Shape) throws -> Int

  /// x: [N, …] to output: [N, …].
  func forward(_ x: Tensor, _ phase: Phase) -> (output: Tensor, cache: Cache)

  /// From the loss's gradient by the output to that by the input and by each parameter, in the
  /// order of `forEachParameter`.
  func backward(_ dy: Tensor, _ cache: Cache) -> (input: Tensor, parameters: [Tensor])

  /// The gradient by the input alone, equal to what `backward` gives: for those who ask what a
  /// picture's pixels did, and do not train.
  func backwardInput(_ dy: Tensor, _ cache: Cache) -> Tensor

  /// Visits what is trained, by name.
  mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows

  /// Visits what is stored with the weights but not trained, by name.
  mutating func forEachBuffer(_ body: (String, inout Tensor) throws -> Void) rethrows

  /// Takes over what a training step's forward has learnt about the data.
  mutating func commit(_ cache: Cache)

  /// Whoever learns statistics of the data, as batch norm does, keeps to those it has, in training
  /// too, where `isFrozen` says so of the paths of the buffers they are in; elsewhere it learns.
  mutating func freezeStatistics(where isFrozen: (_ path: String) -> Bool)
}

extension Layer {
  /// None, unless the layer says otherwise.
  public func multiplyAdds(for input: Shape) throws -> Int { 0 }

  /// What `backward` gives, unless the layer has a shorter way.
  public func backwardInput(_ dy: Tensor, _ cache: Cache) -> Tensor { backward(dy, cache).input }

  /// No parameters, unless the layer says otherwise.
  public mutating func forEachParameter(
    _ body: (String, inout Tensor) throws -> Void
  ) rethrows {}

  /// No buffers, unless the layer says otherwise.
  public mutating func forEachBuffer(_ body: (String, inout Tensor) throws -> Void) rethrows {}

  /// Nothing to take over, unless the layer says otherwise.
  public mutating func commit(_ cache: Cache) {}

  /// No statistics, unless the layer says otherwise.
  public mutating func freezeStatistics(where isFrozen: (_ path: String) -> Bool) {}
}

// A list of layers of different kinds keeps their caches without knowing their types.
extension Layer {
  func forwardErased(_ x: Tensor, _ phase: Phase) -> (output: Tensor, cache: any Sendable) {
    let (output, cache) = forward(x, phase)
    return (output, cache)
  }

  func backwardErased(
    _ dy: Tensor, _ cache: any Sendable
  ) -> (input: Tensor, parameters: [Tensor]) {
    backward(dy, own(cache))
  }

  func backwardInputErased(_ dy: Tensor, _ cache: any Sendable) -> Tensor {
    backwardInput(dy, own(cache))
  }

  mutating func commitErased(_ cache: any Sendable) { commit(own(cache)) }

  private func own(_ cache: any Sendable) -> Cache {
    guard let own = cache as? Cache else {
      preconditionFailure("\(Self.kind): a cache of type \(type(of: cache)), not \(Cache.self)")
    }
    return own
  }
}
