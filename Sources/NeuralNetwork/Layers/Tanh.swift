internal import Kernels
public import TensorCore

/// y = tanh x.
public struct Tanh: ElementwiseLayer {
  /// "tanh"; no settings.
  public static let kind = "tanh"
  /// The output tells the derivative.
  public static let remembersOutput = true

  /// The layer has nothing to set.
  public init() {}

  /// `{"layer": "tanh"}`.
  public init(_ specification: LayerSpecification, input: Shape, random: RandomStream) throws {
    try specification.expectOnly()
  }

  /// y = tanh x.
  public func apply(count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    tanhForward(count: count, x, y)
  }

  /// dx = dy (1 - y²).
  public func applyGradient(
    count: Int, _ y: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
    dx: UnsafeMutablePointer<Float>
  ) {
    tanhBackward(count: count, y, dy, dx: dx)
  }
}
