internal import Kernels
internal import TensorCore

// A series [T, C], frames one after another, is an image of height 1: its numbers lie in memory as
// those of the image's one line. So what is done over time runs on the kernels for images. Height 1
// and not width 1, because the taps of a line lie side by side and are copied as one run.

extension Shape {
  /// [H, W, C] of an example that is an image, or a series [T, C] as [1, T, C].
  var asImage: Shape {
    precondition(rank == 2 || rank == 3, "\(self) is neither an image nor a series")
    return rank == 3 ? self : prepending(1)
  }

  /// H x W of such an example.
  var imageExtent: Extent2D { Extent2D(asImage[0], asImage[1]) }

  /// Whether it is one.
  var isImageOrSeries: Bool { rank == 2 || rank == 3 }
}

extension Tensor {
  /// [N, T, C] as [N, 1, T, C].
  var asImages: Tensor {
    precondition(shape.rank == 3, "input \(shape), expected series [N, T, C]")
    return reshaped([shape[0], 1, shape[1], shape[2]])
  }

  /// [N, 1, T, C] as [N, T, C].
  var asSeries: Tensor { reshaped([shape[0], shape[2], shape[3]]) }
}

/// A convolution over images or series, as plans see it: of the weights only their memory counts,
/// which is the same for an image of height 1.
protocol ConvolutionLayer: Layer {
  /// [..., C, F].
  var weight: Tensor { get }
  /// [F], or nil for none.
  var bias: Tensor? { get }
  /// Over an image, or over the one line of one.
  var window: Window2D { get }
}

extension Conv2D: ConvolutionLayer {}

/// A maximum over images or series, as plans see it.
protocol MaxPoolLayer: Layer {
  /// Over an image, or over the one line of one.
  var window: PoolingWindow { get }
}

extension MaxPool2D: MaxPoolLayer {}

extension ModelError {
  /// The input of a layer over time.
  static func notASeries(_ input: Shape, layer: String) -> ModelError {
    .badLayer(
      layer: layer, problem: "its input is \(input), not frames x numbers",
      remedy: "give it series, such as mien prepare --features series makes, and put it before any "
        + "layer that flattens")
  }
}
