internal import Kernels
public import TensorCore

/// y = (x - mean) / √(variance + epsilon) · scale + shift, channel by channel over all but the last
/// dimension (Ioffe and Szegedy, ICML 2015, https://proceedings.mlr.press/v37/ioffe15.html).
///
/// Training takes the batch's own mean and variance, inference the running ones:
/// running ← (1 - momentum) running + momentum · batch, the batch's variance being the unbiased one.
public struct BatchNorm: Layer {
  /// "batch_norm"; settings: `momentum`, 0.1 unless given, and `epsilon`, 1e-5.
  public static let kind = "batch_norm"

  /// [C], trained; begins as 1.
  public var scale: Tensor
  /// [C], trained; begins as 0.
  public var shift: Tensor
  /// [C], the buffer `running_mean`; begins as 0.
  public var runningMean: Tensor
  /// [C], the buffer `running_variance`; begins as 1.
  public var runningVariance: Tensor
  /// The weight of the newest batch in the running statistics, in 0...1.
  public let momentum: Float
  /// Added to the variance.
  public let epsilon: Float
  /// Whether training, too, goes by the running statistics and leaves them as they are: what a
  /// frozen layer gives must not depend on the batch. It is no part of the description or of files.
  public private(set) var isFrozen = false

  /// What backward and `commit` need: the input, shared with the layer before, and the statistics
  /// that normalised it.
  public struct Cache: Sendable {
    let x: Tensor
    let mean: Tensor
    let variance: Tensor
    let areOfBatch: Bool
  }

  /// A fresh layer for `channels` channels.
  public init(channels: Int, momentum: Float = 0.1, epsilon: Float = 1e-5) {
    scale = Tensor([channels], repeating: 1)
    shift = Tensor([channels])
    runningMean = Tensor([channels])
    runningVariance = Tensor([channels], repeating: 1)
    self.momentum = momentum
    self.epsilon = epsilon
  }

  /// `{"layer": "batch_norm"}`.
  public init(_ specification: LayerSpecification, input: Shape, random: RandomStream) throws {
    try specification.expectOnly("momentum", "epsilon")
    guard input.rank > 0, input[-1] > 0 else {
      throw ModelError.badLayer(
        layer: Self.kind, problem: "its input \(input) has no channels",
        remedy: "give it an input whose last dimension is the channels")
    }
    self.init(
      channels: input[-1],
      momentum: try specification.float("momentum", default: 0.1, in: 0...1),
      epsilon: try specification.float("epsilon", default: 1e-5, in: 1e-12...1))
  }

  /// The description that makes this layer again.
  public var specification: LayerSpecification {
    LayerSpecification(
      Self.kind,
      ["momentum": .double(shortest(momentum)), "epsilon": .double(shortest(epsilon))])
  }

  /// The input's shape; its last dimension is the channels.
  public func outputShape(for input: Shape) throws -> Shape {
    guard input.rank > 0, input[-1] == scale.count else {
      throw ModelError.badLayer(
        layer: Self.kind, problem: "its input is \(input), its channels are \(scale.count)",
        remedy: "give it inputs of \(scale.count) channels")
    }
    return input
  }

  /// x, y: [N, …, C].
  public func forward(_ x: Tensor, _ phase: Phase) -> (output: Tensor, cache: Cache) {
    let channels = scale.count
    precondition(x.shape[-1] == channels, "batch_norm: input \(x.shape), \(channels) channels")
    let rows = x.count / channels
    let cache: Cache
    switch phase {
    case .training where isFrozen, .inference:
      cache = Cache(x: x, mean: runningMean, variance: runningVariance, areOfBatch: false)
    case .training:
      var (mean, variance) = (Tensor([channels]), Tensor([channels]))
      x.read { x in
        mean.write { mean in
          variance.write {
            batchNormStatistics(rows: rows, channels: channels, x, mean: mean, variance: $0)
          }
        }
      }
      cache = Cache(x: x, mean: mean, variance: variance, areOfBatch: true)
    }
    let y = Tensor(uninitialized: x.shape) { y in
      Tensor.read(x, cache.mean, cache.variance) { x, mean, variance in
        Tensor.read(scale, shift) { scale, shift in
          batchNormForward(
            rows: rows, channels: channels, epsilon: epsilon, x, mean: mean, variance: variance,
            scale: scale, shift: shift, y)
        }
      }
    }
    return (y, cache)
  }

  /// The gradients by x, `scale` and `shift`; the formula stands at `batchNormBackward`.
  public func backward(_ dy: Tensor, _ cache: Cache) -> (input: Tensor, parameters: [Tensor]) {
    let channels = scale.count
    precondition(dy.shape == cache.x.shape, "batch_norm: gradient \(dy.shape) of \(cache.x.shape)")
    var (dScale, dShift) = (Tensor(scale.shape), Tensor(shift.shape))
    let dx = Tensor(uninitialized: dy.shape) { dx in
      Tensor.read(cache.x, cache.mean, cache.variance) { x, mean, variance in
        Tensor.read(scale, dy) { scale, dy in
          dScale.write { dScale in
            dShift.write { dShift in
              batchNormBackward(
                rows: cache.x.count / channels, channels: channels, epsilon: epsilon, x,
                mean: mean, variance: variance, areOfBatch: cache.areOfBatch, scale: scale, dy,
                dx: dx, dScale: dScale, dShift: dShift)
            }
          }
        }
      }
    }
    return (dx, [dScale, dShift])
  }

  /// By statistics that are constants dx is a product; the batch's own take all that `backward` does.
  public func backwardInput(_ dy: Tensor, _ cache: Cache) -> Tensor {
    guard !cache.areOfBatch else { return backward(dy, cache).input }
    let channels = scale.count
    precondition(dy.shape == cache.x.shape, "batch_norm: gradient \(dy.shape) of \(cache.x.shape)")
    return Tensor(uninitialized: dy.shape) { dx in
      Tensor.read(cache.variance, scale, dy) { variance, scale, dy in
        batchNormBackwardInput(
          rows: cache.x.count / channels, channels: channels, epsilon: epsilon,
          variance: variance, scale: scale, dy, dx: dx)
      }
    }
  }

  /// Visits `scale`, then `shift`.
  public mutating func forEachParameter(
    _ body: (String, inout Tensor) throws -> Void
  ) rethrows {
    try body("scale", &scale)
    try body("shift", &shift)
  }

  /// Visits `running_mean`, then `running_variance`.
  public mutating func forEachBuffer(_ body: (String, inout Tensor) throws -> Void) rethrows {
    try body("running_mean", &runningMean)
    try body("running_variance", &runningVariance)
  }

  /// Takes both statistics as one: they are frozen where the mean is.
  public mutating func freezeStatistics(where isFrozen: (_ path: String) -> Bool) {
    self.isFrozen = isFrozen("running_mean")
  }

  /// Moves the running statistics towards the batch's. A single row has no unbiased variance: then
  /// 0 is taken.
  public mutating func commit(_ cache: Cache) {
    guard cache.areOfBatch else { return }
    let rows = Float(cache.x.count / scale.count)
    let unbiased = rows / max(1, rows - 1)
    cache.mean.read {
      Self.move(&runningMean, towards: $0, momentum: momentum, times: 1)
    }
    cache.variance.read {
      Self.move(&runningVariance, towards: $0, momentum: momentum, times: unbiased)
    }
  }

  /// running ← running + momentum (batch · factor − running).
  static func move(
    _ running: inout Tensor, towards batch: UnsafePointer<Float>, momentum: Float,
    times factor: Float
  ) {
    let channels = running.count
    running.write { running in
      for c in 0..<channels { running[c] += momentum * (batch[c] * factor - running[c]) }
    }
  }
}
