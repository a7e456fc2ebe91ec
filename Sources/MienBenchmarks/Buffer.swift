internal import TensorCore

/// Seeded numbers in [-1, 1), for a run's inputs.
func randomNumbers(_ count: Int, seed: UInt64) -> [Float] {
  var random = RandomStream(seed: seed)
  return (0..<count).map { _ in random.uniform(-1, 1) }
}

/// Memory that a run writes to, without the checks that an array's mutation costs.
final class Buffer<Element: BitwiseCopyable> {
  let base: UnsafeMutablePointer<Element>
  let count: Int

  init(_ count: Int, repeating value: Element) {
    self.count = count
    base = .allocate(capacity: count)
    base.initialize(repeating: value, count: count)
  }

  deinit { base.deallocate() }

  var elements: [Element] { Array(UnsafeBufferPointer(start: base, count: count)) }
}
