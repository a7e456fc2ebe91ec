internal import Kernels
internal import TensorCore

/// A picture of which parts can be hidden.
struct PartialPictures {
  /// The whole picture, and the same with every part hidden: [H, W, C].
  let image, hidden: Tensor
  let segmentation: Segmentation

  init(_ image: Tensor, _ segmentation: Segmentation, hiddenBy baseline: Baseline) {
    precondition(
      image.shape.rank == 3 && image.shape[0] == segmentation.height
        && image.shape[1] == segmentation.width,
      "an image of \(image.shape) cut as \(segmentation.height)x\(segmentation.width)")
    (self.image, self.segmentation) = (image, segmentation)
    hidden = baseline.filling(image, segmentation)
  }

  /// What the network says of each sample's picture, `[class][sample]`.
  ///
  /// `batchSize` pictures are asked about at once, which never changes what they are. `progress` is
  /// told after each batch what share of the samples is done.
  func answers(
    to masks: Masks, of network: any ExplainedNetwork, batchSize: Int,
    progress: (_ share: Double) throws -> Void
  ) throws -> [[Double]] {
    try answers(to: masks, in: 0..<masks.samples, of: network, batchSize: batchSize) {
      try progress(Double($0) / Double(masks.samples))
    }
  }

  /// The same for some of the samples; `progress` is told how many are done.
  func answers(
    to masks: Masks, in range: Range<Int>, of network: any ExplainedNetwork, batchSize: Int,
    progress: (_ done: Int) throws -> Void
  ) throws -> [[Double]] {
    var targets: [[Double]] = []
    try Questions(network: network, batchSize: batchSize).ask(
      range, pictures: { pictures($0, masks) }, progress: progress,
      take: { _, answers, classCount in
        if targets.isEmpty { targets = [[Double]](repeating: [], count: classCount) }
        for (index, answer) in answers.enumerated() {
          targets[index % classCount].append(Double(answer))
        }
      })
    return targets
  }

  /// The pictures of a range of samples, [n, H, W, C]: shown parts from `image`, the rest from
  /// `hidden`.
  func pictures(_ batch: Range<Int>, _ masks: Masks) -> Tensor {
    let (labels, channels) = (segmentation.labels, image.shape[2])
    return Tensor.read(image, hidden) { image, hidden in
      Tensor(uninitialized: [batch.count, segmentation.height, segmentation.width, channels]) {
        out in
        parallelFor(batch.count) { row in
          var sources = [UnsafePointer<Float>](repeating: hidden, count: masks.parts)
          masks.forEachShown(in: batch.lowerBound + row) { sources[$0] = image }
          var place = row * labels.count * channels
          var pixel = 0
          for label in labels {
            let source = sources[label]
            for _ in 0..<channels {
              out[place] = source[pixel]
              (place, pixel) = (place + 1, pixel + 1)
            }
          }
        }
      }
    }
  }
}
