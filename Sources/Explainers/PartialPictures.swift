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
    var targets: [[Double]] = []
    for start in stride(from: 0, to: masks.samples, by: batchSize) {
      let batch = start..<min(masks.samples, start + batchSize)
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
      try progress(Double(batch.upperBound) / Double(masks.samples))
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
          let mask = (batch.lowerBound + row) * masks.parts
          let picture = out + row * labels.count * channels
          for (pixel, label) in labels.enumerated() {
            let source = masks.isShown[mask + label] ? image : hidden
            for i in pixel * channels..<(pixel + 1) * channels { picture[i] = source[i] }
          }
        }
      }
    }
  }
}
