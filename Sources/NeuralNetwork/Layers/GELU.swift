internal import Kernels
public import TensorCore

/// y = x Φ(x), with Φ the normal distribution function, exactly (Hendrycks and Gimpel 2016,
/// DOI 10.48550/arXiv.1606.08415).
public struct GELU: ElementwiseLayer {
  /// "gelu"; no settings.
  public static let kind = "gelu"
  /// The derivative needs the input.
  public static let remembersOutput = false

  /// The layer has nothing to set.
  public init() {}

  /// `{"layer": "gelu"}`.
  public init(_ specification: LayerSpecification, input: Shape, random: RandomStream) throws {
    try specification.expectOnly()
  }

  /// y = x Φ(x).
  public func apply(count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    geluForward(count: count, x, y)
  }

  /// dx = dy (Φ(x) + x φ(x)).
  public func applyGradient(
    count: Int, _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
    dx: UnsafeMutablePointer<Float>
  ) {
    geluBackward(count: count, x, dy, dx: dx)
  }
}
