public import TensorCore

/// What stands in the place of a part that is not shown.
///
/// The default of `LIME` is the picture's mean. The mean of each part, which the paper's program
/// takes, hides little where parts are as uniform as superpixels are: a dark mouth filled with its
/// own mean is still a dark mouth, and gets no weight. A value of one's own, such as black, may
/// draw a shape that the network never saw.
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
