internal import Kernels
public import TensorCore

/// In training, y = x / (1 - rate) with probability 1 - rate, else 0: the expectation stays x. In
/// inference, y = x (Srivastava et al., JMLR 15, 2014, https://jmlr.org/papers/v15/srivastava14a.html).
///
/// Whether element i is kept depends on the phase's random stream and on i alone. Backward draws
/// the same mask again, so that nothing is kept in memory.
public struct Dropout: Layer {
  /// "dropout"; settings: `rate`.
  public static let kind = "dropout"

  /// The probability of being dropped, in 0..<1.
  public let rate: Float

  /// A layer that drops with probability `rate`, in 0..<1.
  public init(rate: Float) {
    precondition((0..<1).contains(rate), "rate \(rate), expected one in 0..<1")
    self.rate = rate
  }

  /// `{"layer": "dropout", "rate": 0.5}`.
  public init(_ specification: LayerSpecification, input: Shape, random: RandomStream) throws {
    try specification.expectOnly("rate")
    self.init(rate: try specification.float("rate", default: 0.5, in: 0...Float(1).nextDown))
  }

  /// The description that makes this layer again.
  public var specification: LayerSpecification {
    LayerSpecification(Self.kind, ["rate": .double(shortest(rate))])
  }

  /// The input's shape.
  public func outputShape(for input: Shape) throws -> Shape { input }

  /// Drops, or not; the cache is the stream that the mask comes from, nil where nothing was dropped.
  public func forward(_ x: Tensor, _ phase: Phase) -> (output: Tensor, cache: RandomStream?) {
    guard case .training(let random) = phase, rate > 0 else { return (x, nil) }
    return (masked(x, random), random)
  }

  /// dx = dy where kept, times the same factor.
  public func backward(
    _ dy: Tensor, _ random: RandomStream?
  ) -> (input: Tensor, parameters: [Tensor]) {
    (random.map { masked(dy, $0) } ?? dy, [])
  }

  /// Elements that share a substream of the mask.
  private static let grain = 4096

  private func masked(_ x: Tensor, _ random: RandomStream) -> Tensor {
    Tensor(uninitialized: x.shape) { y in x.read { mask(count: x.count, random, $0, y) } }
  }

  /// y[i] = x[i] / (1 - rate) where element i is kept, else 0.
  func mask(
    count: Int, _ random: RandomStream, _ x: UnsafePointer<Float>,
    _ y: UnsafeMutablePointer<Float>
  ) {
    let keep = 1 - Double(rate)
    // An element is kept if its 32 random bits are no more than this: the share is right to 2⁻³³.
    let last = UInt32((keep * 0x1p32).rounded() - 1)
    let factor = Float(1 / keep)
    parallelFor(count, grain: Self.grain) { range in
      var random = random.substream(range.lowerBound / Self.grain)
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: range.count) { words in
        random.fill(words)
        let (x, y) = (x + range.lowerBound, y + range.lowerBound)
        for i in 0..<range.count {
          let scaled = x[i] * factor
          y[i] = words[i] <= last ? scaled : 0
        }
      }
    }
  }
}
