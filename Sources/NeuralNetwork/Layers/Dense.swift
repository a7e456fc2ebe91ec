internal import Kernels
public import TensorCore

/// y = x · weight + bias, with x: [N, in], weight: [in, out], bias: [out] and y: [N, out].
public struct Dense: Layer {
  /// "dense"; settings: `units`.
  public static let kind = "dense"

  /// [in, out].
  public var weight: Tensor
  /// [out].
  public var bias: Tensor

  /// A layer of the given weights; the shapes are checked.
  public init(weight: Tensor, bias: Tensor) {
    precondition(
      weight.shape.rank == 2 && bias.shape == [weight.shape[1]],
      "weight \(weight.shape) with bias \(bias.shape)")
    self.weight = weight
    self.bias = bias
  }

  /// `{"layer": "dense", "units": 7}` for flat inputs; He-initialised, bias 0.
  public init(_ specification: LayerSpecification, input: Shape, random: RandomStream) throws {
    try specification.expectOnly("units")
    guard input.rank == 1 else {
      throw ModelError.badLayer(
        layer: Self.kind, problem: "its input is \(input), not a flat vector",
        remedy: "put {\"layer\": \"flatten\"} before it")
    }
    let units = try specification.int("units")
    self.init(
      weight: Initialiser.he(fanIn: input[0]).tensor(
        try specification.weightShape(input[0], units), random: random),
      bias: Tensor([units]))
  }

  /// The description that makes this layer again.
  public var specification: LayerSpecification {
    LayerSpecification(Self.kind, ["units": .int(weight.shape[1])])
  }

  /// [in] to [out].
  public func outputShape(for input: Shape) throws -> Shape {
    guard input == [weight.shape[0]] else {
      throw ModelError.badLayer(
        layer: Self.kind, problem: "its input is \(input), its weights are \(weight.shape)",
        remedy: "give it inputs of \(weight.shape[0]) numbers")
    }
    return [weight.shape[1]]
  }

  /// in · out.
  public func multiplyAdds(for input: Shape) throws -> Int { weight.count }

  /// x: [N, in] to y: [N, out]; the cache is x.
  public func forward(_ x: Tensor, _ phase: Phase) -> (output: Tensor, cache: Tensor) {
    let (n, inputs, outputs) = (x.shape[0], weight.shape[0], weight.shape[1])
    precondition(x.shape == [n, inputs], "dense: input \(x.shape), weight \(weight.shape)")
    let y = Tensor(uninitialized: [n, outputs]) { y in
      Tensor.read(x, weight, bias) { x, weight, bias in
        denseForward(batch: n, inputs: inputs, outputs: outputs, x, weight, bias, y)
      }
    }
    return (y, x)
  }

  /// dx = dy · weightᵀ, dWeight = xᵀ · dy, dBias = column sums of dy.
  public func backward(_ dy: Tensor, _ x: Tensor) -> (input: Tensor, parameters: [Tensor]) {
    let (n, inputs, outputs) = (x.shape[0], weight.shape[0], weight.shape[1])
    var dWeight = Tensor(weight.shape)
    var dBias = Tensor(bias.shape)
    let dx = Tensor(uninitialized: x.shape) { dx in
      Tensor.read(x, weight, dy) { x, weight, dy in
        dWeight.write { dWeight in
          dBias.write { dBias in
            denseBackward(
              batch: n, inputs: inputs, outputs: outputs, x, weight, dy, dx: dx,
              dWeight: dWeight, dBias: dBias)
          }
        }
      }
    }
    return (dx, [dWeight, dBias])
  }

  /// dx = dy · weightᵀ.
  public func backwardInput(_ dy: Tensor, _ x: Tensor) -> Tensor {
    let (n, inputs, outputs) = (x.shape[0], weight.shape[0], weight.shape[1])
    return Tensor(uninitialized: x.shape) { dx in
      Tensor.read(weight, dy) {
        denseBackwardInput(batch: n, inputs: inputs, outputs: outputs, $0, $1, dx: dx)
      }
    }
  }

  /// Visits `weight`, then `bias`.
  public mutating func forEachParameter(
    _ body: (String, inout Tensor) throws -> Void
  ) rethrows {
    try body("weight", &weight)
    try body("bias", &bias)
  }
}
