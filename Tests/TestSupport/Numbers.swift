public import TensorCore

/// `count` seeded numbers in [-1, 1).
public func randomNumbers<T: BinaryFloatingPoint>(_ count: Int, seed: UInt64 = 1) -> [T] {
  var random = RandomStream(seed: seed)
  return (0..<count).map { _ in T(random.uniform(-1, 1)) }
}

/// A tensor of seeded numbers in [-1, 1).
public func randomTensor(_ shape: Shape, seed: UInt64 = 1) -> Tensor {
  Tensor(shape, randomNumbers(shape.count, seed: seed))
}

/// Σ aᵢ bᵢ: the scalar loss that makes any output differentiable.
public func dot<T: BinaryFloatingPoint>(_ a: [T], _ b: [T]) -> T {
  zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
}
