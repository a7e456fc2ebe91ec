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
    for start in stride(from: range.lowerBound, to: range.upperBound, by: batchSize) {
      let batch = start..<min(range.upperBound, start + batchSize)
      let output = try network.probabilities(of: pictures(batch, masks))
      precondition(
        output.shape.rank == 2 && output.shape[0] == batch.count
          && (targets.isEmpty || targets.count == output.shape[1]),
        "probabilities \(output.shape) of \(batch.count) pictures and \(targets.count) classes")
      let classCount = output.shape[1]
      if targets.isEmpty { targets = [[Double]](repeating: [], count: classCount) }
      for (index, value) in output.elements.enumerated() {
        guard value.isFinite else {
          throw ExplanationError.notFinite(
            sample: start + index / classCount, classIndex: index % classCount)
        }
        targets[index % classCount].append(Double(value))
      }
      try progress(batch.upperBound - range.lowerBound)
    }
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
