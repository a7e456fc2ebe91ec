internal import Kernels
public import TensorCore

/// y = max(x, 0), of any shape; NaN stays NaN.
public struct ReLU: ElementwiseLayer {
  /// "relu"; no settings.
  public static let kind = "relu"
  /// The output tells the derivative.
  public static let remembersOutput = true

  /// The layer has nothing to set.
  public init() {}

  /// `{"layer": "relu"}`.
  public init(_ specification: LayerSpecification, input: Shape, random: RandomStream) throws {
    try specification.expectOnly()
  }

  /// y = max(x, 0).
  public func apply(count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    reluForward(count: count, x, y)
  }

  /// dx = dy where y > 0, else 0.
  public func applyGradient(
    count: Int, _ y: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
    dx: UnsafeMutablePointer<Float>
  ) {
    reluBackward(count: count, y, dy, dx: dx)
  }
}
