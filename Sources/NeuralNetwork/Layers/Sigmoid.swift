internal import Kernels
public import TensorCore

/// y = 1 / (1 + e⁻ˣ).
public struct Sigmoid: ElementwiseLayer {
  /// "sigmoid"; no settings.
  public static let kind = "sigmoid"
  /// The output tells the derivative.
  public static let remembersOutput = true

  /// The layer has nothing to set.
  public init() {}

  /// `{"layer": "sigmoid"}`.
  public init(_ specification: LayerSpecification, input: Shape, random: RandomStream) throws {
    try specification.expectOnly()
  }

  /// y = 1 / (1 + e⁻ˣ).
  public func apply(count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    sigmoidForward(count: count, x, y)
  }

  /// dx = dy y (1 - y).
  public func applyGradient(
    count: Int, _ y: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
    dx: UnsafeMutablePointer<Float>
  ) {
    sigmoidBackward(count: count, y, dy, dx: dx)
  }
}
