import Mien

var random = RandomStream(seed: 7)
let batch = Tensor([2, 48, 48, 1], (0..<2 * 48 * 48).map { _ in random.uniform() })
print("a batch of shape \(batch.shape)")
