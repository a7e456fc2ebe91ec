internal import Foundation
internal import TensorCore

/// What stands in the place of a part that is not shown.
///
/// The default of `LIME` is the picture blurred: a dark mouth becomes what is around it, and what is
/// left is still like a face. The part's own mean, which the paper's program takes, keeps its tone,
/// so that a dark mouth filled with its own mean is still a dark mouth and gets no weight; the
/// picture's mean makes patches that the network never saw. Measured in `docs/derivations/lime.md`.
public enum Baseline: Sendable, Hashable {
  /// The picture blurred by a Gaussian whose deviation is that share of its longer side, edges
  /// repeated (Fong and Vedaldi 2017, DOI 10.1109/ICCV.2017.371).
  case blurred(Double)
  /// Each part filled in from the pixels around it, as smoothly as can be: nothing of the part
  /// itself is left, and nothing is made up that is lighter or darker than its surroundings.
  case inpainted
  /// Each part's own mean, a channel at a time.
  case partMean
  /// The whole picture's mean, a channel at a time.
  case pictureMean
  /// The median of each row of pixels, a channel at a time: of a spectrogram, whose rows are bands, what a
  /// band has most of the time, the background that a sound stands out from.
  case rowMedian
  /// One value everywhere, in the units of the picture that is explained.
  case value(Float)
  /// These values over and over, in the order of memory: one a channel of a picture, or one a column
  /// of a table. As many as divide the picture's.
  case values([Float])

  /// The picture with every part replaced; image and result are [H, W, C].
  func filling(_ image: Tensor, _ segmentation: Segmentation) -> Tensor {
    let (pixels, channels) = (segmentation.labels.count, image.shape[2])
    let labels: [Int]
    let count: Int
    switch self {
    case .value(let value): return Tensor(image.shape, repeating: value)
    case .values(let values):
      precondition(
        !values.isEmpty && image.count.isMultiple(of: values.count),
        "\(values.count) values in turn for a picture of \(image.shape)")
      return Tensor(image.shape, (0..<image.count).map { values[$0 % values.count] })
    case .blurred(let share):
      let longer = max(image.shape[0], image.shape[1])
      return gaussian(image, deviation: share * Double(longer))
    case .inpainted: return HarmonicFilling.filling(image, segmentation)
    case .rowMedian: return rowMedians(image)
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

/// Each row of the image [H, W, C] as its median, a channel at a time; of an even number the upper of the two
/// in the middle.
private func rowMedians(_ image: Tensor) -> Tensor {
  let (height, width, channels) = (image.shape[0], image.shape[1], image.shape[2])
  let pixels = image.elements
  return Tensor(
    image.shape,
    (0..<height).flatMap { row -> [Float] in
      let medians = (0..<channels).map { channel in
        (0..<width).map { pixels[(row * width + $0) * channels + channel] }.sorted()[width / 2]
      }
      return (0..<width).flatMap { _ in medians }
    })
}

/// The image [H, W, C] under a Gaussian of `deviation` pixels, cut off at three deviations, edges
/// repeated.
private func gaussian(_ image: Tensor, deviation: Double) -> Tensor {
  let reach = Int((3 * deviation).rounded(.up))
  let bell = (-reach...reach).map { exp(-Double($0 * $0) / (2 * deviation * deviation)) }
  let total = bell.reduce(0, +)
  let kernel = bell.map { Float($0 / total) }
  let (height, width, channels) = (image.shape[0], image.shape[1], image.shape[2])
  /// Along one axis of `count` places, `step` apart in memory.
  func alongAxis(_ input: [Float], count: Int, step: Int) -> [Float] {
    input.indices.map { index in
      let place = index / step % count
      return kernel.enumerated().reduce(0) { sum, tap in
        let other = min(max(place + tap.offset - reach, 0), count - 1)
        return sum + tap.element * input[index + (other - place) * step]
      }
    }
  }
  let across = alongAxis(image.elements, count: width, step: channels)
  return Tensor(image.shape, alongAxis(across, count: height, step: width * channels))
}
