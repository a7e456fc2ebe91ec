internal import Kernels
public import TensorCore

/// y = x where x > 0, else slope · x (Maas et al., ICML 2013 workshop on deep learning).
public struct LeakyReLU: ElementwiseLayer {
  /// "leaky_relu"; settings: `slope`, 0.01 unless given, in 0...1.
  public static let kind = "leaky_relu"
  /// The output has the input's sign, as the slope is not negative.
  public static let remembersOutput = true

  /// The derivative below 0.
  public let slope: Float

  /// A layer of the given slope, in 0...1.
  public init(slope: Float = 0.01) {
    precondition((0...1).contains(slope), "slope \(slope), expected one in 0...1")
    self.slope = slope
  }

  /// `{"layer": "leaky_relu", "slope": 0.1}`.
  public init(_ specification: LayerSpecification, input: Shape, random: RandomStream) throws {
    try specification.expectOnly("slope")
    self.init(slope: try specification.float("slope", default: 0.01, in: 0...1))
  }

  /// The description that makes this layer again.
  public var specification: LayerSpecification {
    LayerSpecification(Self.kind, ["slope": .double(shortest(slope))])
  }

  /// y = x where x > 0, else slope · x.
  public func apply(count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    leakyReLUForward(count: count, slope: slope, x, y)
  }

  /// dx = dy where y > 0, else slope · dy.
  public func applyGradient(
    count: Int, _ y: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
    dx: UnsafeMutablePointer<Float>
  ) {
    leakyReLUBackward(count: count, slope: slope, y, dy, dx: dx)
  }
}
