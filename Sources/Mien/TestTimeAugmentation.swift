internal import Datasets
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

  /// The views of a batch [N, H, W, C], each of the same shape.
  public func views(of batch: Tensor) -> [Tensor] {
    switch self {
    case .none: return [batch]
    case .flip: return [batch, moved(batch, down: 0, right: 0, mirrored: true)]
    case .tenCrop:
      let (y, x) = (max(1, batch.shape[1] / 24), max(1, batch.shape[2] / 24))
      return [(0, 0), (-y, -x), (-y, x), (y, -x), (y, x)].flatMap { down, right in
        [false, true].map { moved(batch, down: down, right: right, mirrored: $0) }
      }
    }
  }

  private func moved(_ batch: Tensor, down: Int, right: Int, mirrored: Bool) -> Tensor {
    let (n, height, width, channels) = (
      batch.shape[0], batch.shape[1], batch.shape[2], batch.shape[3]
    )
    let rows = ImageChange.sources(count: height, shift: down, isMirrored: false)
    let columns = ImageChange.sources(count: width, shift: right, isMirrored: mirrored)
    return Tensor(uninitialized: batch.shape) { out in
      batch.read { input in
        for image in 0..<n {
          for y in 0..<height {
            let row = (image * height + rows[y]) * width
            for x in 0..<width {
              (out + ((image * height + y) * width + x) * channels).update(
                from: input + (row + columns[x]) * channels, count: channels)
            }
          }
        }
      }
    }
  }
}
