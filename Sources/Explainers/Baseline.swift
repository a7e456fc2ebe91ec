internal import TensorCore

/// What stands in the place of a part that is not shown.
///
/// The default of `LIME` is each part's mean, as in the paper's program: the picture stays like
/// pictures that the network knows, and a linear surrogate explains far more of its answers than
/// with the other two (measured in `docs/derivations/lime.md`). What then counts is the detail
/// inside a part. Where parts are small or uniform their own mean hides little; the picture's mean
/// hides their tone, too.
public enum Baseline: Sendable, Hashable {
  /// Each part's own mean, a channel at a time.
  case partMean
  /// The whole picture's mean, a channel at a time.
  case pictureMean
  /// One value everywhere, in the units of what the network sees (0 is the mean of the training
  /// rows where pictures are normalised).
  case value(Float)

  /// The picture with every part replaced; image and result are [H, W, C].
  func filling(_ image: Tensor, _ segmentation: Segmentation) -> Tensor {
    let (pixels, channels) = (segmentation.labels.count, image.shape[2])
    let labels: [Int]
    let count: Int
    switch self {
    case .value(let value): return Tensor(image.shape, repeating: value)
    case .pictureMean: (labels, count) = ([Int](repeating: 0, count: pixels), 1)
    case .partMean: (labels, count) = (segmentation.labels, segmentation.count)
    }
    var sums = [Double](repeating: 0, count: count * channels)
    var sizes = [Double](repeating: 0, count: count)
    image.read { image in
      for pixel in 0..<pixels {
        sizes[labels[pixel]] += 1
        for channel in 0..<channels {
          sums[labels[pixel] * channels + channel] += Double(image[pixel * channels + channel])
        }
      }
    }
    return Tensor(uninitialized: image.shape) { out in
      for pixel in 0..<pixels {
        for channel in 0..<channels {
          out[pixel * channels + channel] = Float(
            sums[labels[pixel] * channels + channel] / sizes[labels[pixel]])
        }
      }
    }
  }
}
