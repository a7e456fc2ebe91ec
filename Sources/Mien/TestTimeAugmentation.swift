internal import Datasets
internal import Kernels
public import TensorCore

/// Views of an image over which probabilities are averaged.
public enum TestTimeAugmentation: String, CaseIterable, Sendable {
  /// The image as it is.
  case none
  /// The image and its mirror image.
  case flip
  /// Five shifts (centre and the four corners, by 1/24 of the side, edges reflected), each
  /// mirrored.
  case tenCrop = "ten-crop"

  /// How many views there are of an image.
  public var count: Int {
    switch self {
    case .none: 1
    case .flip: 2
    case .tenCrop: 10
    }
  }

  /// The views of a batch [N, H, W, C], each of the same shape.
  public func views(of batch: Tensor) -> [Tensor] {
    var views: [Tensor] = []
    forEachView(of: batch) { views.append($0) }
    return views
  }

  /// Gives the views of a batch [N, H, W, C] one after the other, the batch itself first. Where
  /// `body` does not keep them they share one block of memory.
  func forEachView(of batch: Tensor, _ body: (Tensor) -> Void) {
    body(batch)
    if self == .none { return }
    var view = Tensor(uninitialized: batch.shape) { _ in }
    for (down, right, isMirrored) in moves(of: batch.shape).dropFirst() {
      view.write { view in
        batch.read { move($0, view, batch.shape, down: down, right: right, isMirrored) }
      }
      body(view)
    }
  }

  /// By how many pixels, and whether mirrored; the first leaves the image as it is.
  private func moves(of shape: Shape) -> [(down: Int, right: Int, isMirrored: Bool)] {
    switch self {
    case .none: return [(0, 0, false)]
    case .flip: return [(0, 0, false), (0, 0, true)]
    case .tenCrop:
      let (y, x) = (max(1, shape[1] / 24), max(1, shape[2] / 24))
      return [(0, 0), (-y, -x), (-y, x), (y, -x), (y, x)].flatMap { down, right in
        [false, true].map { (down, right, $0) }
      }
    }
  }

  private func move(
    _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ shape: Shape,
    down: Int, right: Int, _ isMirrored: Bool
  ) {
    let (height, width, channels) = (shape[1], shape[2], shape[3])
    let rows = ImageChange.sources(count: height, shift: down, isMirrored: false)
    let columns = ImageChange.sources(count: width, shift: right, isMirrored: isMirrored)
    rows.withUnsafeBufferPointer { rows in
      columns.withUnsafeBufferPointer { columns in
        parallelFor(shape[0] * height, grain: 16 * height) { lines in
          for line in lines {
            let (image, y) = line.quotientAndRemainder(dividingBy: height)
            let from = input + (image * height + rows[y]) * width * channels
            var to = output + line * width * channels
            for column in columns {
              for channel in 0..<channels { to[channel] = from[column * channels + channel] }
              to += channels
            }
          }
        }
      }
    }
  }
}
