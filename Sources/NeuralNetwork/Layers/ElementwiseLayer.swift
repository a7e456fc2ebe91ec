public import TensorCore

/// A layer that maps every number by itself: no parameters, any shape, one tensor to remember.
///
/// A conforming layer gives the two kernels; `remembersOutput` says which of input and output
/// `applyGradient` gets.
public protocol ElementwiseLayer: Layer where Cache == Tensor {
  /// True where the derivative is told from the output, which then alone stays in memory.
  static var remembersOutput: Bool { get }

  /// y = f(x) for `count` numbers.
  func apply(count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>)

  /// dx = dy f′ for `count` numbers, from what was remembered.
  func applyGradient(
    count: Int, _ remembered: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
    dx: UnsafeMutablePointer<Float>)
}

extension ElementwiseLayer {
  /// The kind alone, unless the layer says otherwise.
  public var specification: LayerSpecification { LayerSpecification(Self.kind) }

  /// The input's shape.
  public func outputShape(for input: Shape) throws -> Shape { input }

  /// y = f(x), of x's shape; the cache is x or y.
  public func forward(_ x: Tensor, _ phase: Phase) -> (output: Tensor, cache: Tensor) {
    let y = Tensor(uninitialized: x.shape) { y in x.read { apply(count: x.count, $0, y) } }
    return (y, Self.remembersOutput ? y : x)
  }

  /// dx = dy f′.
  public func backward(
    _ dy: Tensor, _ remembered: Tensor
  ) -> (input: Tensor, parameters: [Tensor]) {
    precondition(
      dy.shape == remembered.shape, "\(Self.kind): gradient \(dy.shape) of \(remembered.shape)")
    let dx = Tensor(uninitialized: dy.shape) { dx in
      Tensor.read(remembered, dy) { applyGradient(count: dy.count, $0, $1, dx: dx) }
    }
    return (dx, [])
  }
}
