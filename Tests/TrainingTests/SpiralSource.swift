import Foundation
import TensorCore

/// Two classes on two spiral arms: learnable, but not by a line. Augmentation jitters the points.
struct SpiralSource: BatchSource {
  let count: Int
  var seed: UInt64 = 1
  let exampleShape: Shape = [2]
  let classes = ["inner", "outer"]

  var labels: [Int] { (0..<count).map { $0 % 2 } }

  func batch(_ indices: [Int]) -> Batch {
    Batch(
      inputs: Tensor([indices.count, 2], indices.flatMap(point)), labels: indices.map { $0 % 2 })
  }

  func augmentedBatch(_ indices: [Int], random: RandomStream) -> Batch {
    var batch = batch(indices)
    for (row, index) in indices.enumerated() {
      var random = random.substream(index)
      batch.inputs[row, 0] += 0.01 * random.normal()
      batch.inputs[row, 1] += 0.01 * random.normal()
    }
    return batch
  }

  private func point(_ index: Int) -> [Float] {
    var random = RandomStream(seed: seed).substream(index)
    let radius = random.uniform(0.2, 1)
    let angle = 4 * radius + (index % 2 == 0 ? 0 : Float.pi)
    return [radius * cos(angle), radius * sin(angle)]
  }
}
