public import TensorCore

/// x: [N, …] to y: [N, product], the same memory under another shape.
public struct Flatten: Layer {
  /// "flatten"; no settings.
  public static let kind = "flatten"

  /// The layer has nothing to set.
  public init() {}

  /// `{"layer": "flatten"}`.
  public init(_ specification: LayerSpecification, input: Shape, random: RandomStream) throws {
    try specification.expectOnly()
  }

  /// The description that makes this layer again.
  public var specification: LayerSpecification { LayerSpecification(Self.kind) }

  /// [H, W, C] to [H · W · C].
  public func outputShape(for input: Shape) throws -> Shape { [input.count] }

  /// One vector an example; the cache is the shape before.
  public func forward(_ x: Tensor, _ phase: Phase) -> (output: Tensor, cache: Shape) {
    (x.reshaped([x.shape[0], x.shape.withoutFirst.count]), x.shape)
  }

  /// The gradient under the shape before.
  public func backward(_ dy: Tensor, _ shape: Shape) -> (input: Tensor, parameters: [Tensor]) {
    (dy.reshaped(shape), [])
  }
}
